package io.kspan.topology.waterfall;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.topology.model.Attributes;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class WaterfallPropertyTest {

  @Property(tries = 500)
  void shouldNeverExceedTheWidth(
      @ForAll("traces") ReceivedTrace trace,
      @ForAll @IntRange(min = 40, max = 220) int width,
      @ForAll boolean unicode) {
    WaterfallStyle style = new WaterfallStyle(width, false, unicode, 40);
    for (String line : new WaterfallRenderer(style).render(trace)) {
      assertThat(DisplayText.width(line)).as(line).isLessThanOrEqualTo(width);
      assertThat(line.codePointCount(0, line.length())).as(line).isLessThanOrEqualTo(width);
      assertThat(line.codePoints()).noneMatch(Character::isISOControl);
    }
  }

  @Property(tries = 300)
  void shouldDrawEverySpanOnce(@ForAll("traces") ReceivedTrace trace) {
    WaterfallStyle style = new WaterfallStyle(100, false, true, 1_000);
    int header = 3;
    long ids = trace.spans().stream().map(ReceivedSpan::spanId).distinct().count();
    assertThat(new WaterfallRenderer(style).render(trace)).hasSize(header + (int) ids);
  }

  @Property(tries = 200)
  void shouldColorWithoutMovingAnything(@ForAll("traces") ReceivedTrace trace) {
    WaterfallStyle plain = new WaterfallStyle(100, false, true, 2);
    List<String> colored =
        new WaterfallRenderer(new WaterfallStyle(100, true, true, 2)).render(trace);
    assertThat(colored.stream().map(line -> line.replaceAll("\u001B\\[[0-9;]*m", "")))
        .containsExactlyElementsOf(new WaterfallRenderer(plain).render(trace));
  }

  @Provide
  Arbitrary<ReceivedTrace> traces() {
    // Few ids, so that parents exist, are missing, and form cycles; nothing keeps times in order.
    Arbitrary<String> ids = Arbitraries.integers().between(0, 12).map(String::valueOf);
    Arbitrary<String> texts =
        Arbitraries.oneOf(
            Arbitraries.strings().ofMaxLength(60), Arbitraries.strings().ascii().ofMaxLength(60));
    Arbitrary<Long> times = Arbitraries.longs().between(0, 100_000_000_000L);
    Arbitrary<ReceivedSpan> spans =
        Combinators.combine(
                ids, Arbitraries.oneOf(ids, Arbitraries.just("")), texts, texts, times, times)
            .as(WaterfallPropertyTest::span);
    return spans
        .list()
        .ofMinSize(1)
        .ofMaxSize(30)
        .map(all -> new ReceivedTrace("ab".repeat(16), all));
  }

  private static ReceivedSpan span(
      String id, String parent, String name, String object, long start, long end) {
    return new ReceivedSpan(
        id,
        parent,
        name,
        Sample.START + start,
        Sample.START + end,
        start % 2 == 0,
        name,
        Attributes.copyOf(Map.of("k8s.object.name", object, "k8s.event.message", name + object)),
        Attributes.copyOf(Map.of("service.name", object)),
        List.of());
  }
}
