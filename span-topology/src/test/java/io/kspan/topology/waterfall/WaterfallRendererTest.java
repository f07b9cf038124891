package io.kspan.topology.waterfall;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.GoldenFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class WaterfallRendererTest {
  private static final SortedMap<String, Object> ROLLED_OUT =
      new TreeMap<>(
          Map.of(
              "kspan.outcome", "succeeded",
              "kspan.change.manager", "kubectl",
              "kspan.change.image.web", "nginx:1.25 -> nginx:1.26",
              "kspan.change.replicas", "2 -> 3"));
  private static final SortedMap<String, Object> FAILED =
      new TreeMap<>(Map.of("kspan.outcome", "failed"));

  @Test
  void shouldDrawARollingUpdate() throws IOException {
    golden("rolling-update", WaterfallStyle.PLAIN, Sample.trace("rolling-update", ROLLED_OUT));
  }

  @Test
  void shouldMarkErrorsOfACrashLoop() throws IOException {
    golden("crash-loop", WaterfallStyle.PLAIN, Sample.trace("crash-loop", FAILED));
  }

  @Test
  void shouldDrawWithAsciiOnly() throws IOException {
    WaterfallStyle ascii = new WaterfallStyle(100, false, false, 40);
    golden("crash-loop-ascii", ascii, Sample.trace("crash-loop", FAILED));
    assertThat(String.join("", lines(ascii, Sample.trace("rolling-update", ROLLED_OUT))))
        .matches("\\p{ASCII}*");
  }

  @Test
  void shouldDropTheComponentOnANarrowTerminal() throws IOException {
    golden(
        "crash-loop-60",
        new WaterfallStyle(60, false, true, 40),
        Sample.trace("crash-loop", FAILED));
  }

  @Test
  void shouldUseTheRoomOfAWideTerminal() throws IOException {
    golden(
        "rolling-update-160",
        new WaterfallStyle(160, false, true, 40),
        Sample.trace("rolling-update", ROLLED_OUT));
  }

  @Test
  void shouldColorOnlyWhenAskedTo() throws IOException {
    ReceivedTrace trace = Sample.trace("crash-loop", FAILED);
    List<String> colored = lines(new WaterfallStyle(100, true, true, 40), trace);
    assertThat(String.join("\n", colored)).contains("\u001B[31m");
    assertThat(colored.stream().map(line -> line.replaceAll("\u001B\\[[0-9;]*m", "")))
        .containsExactlyElementsOf(lines(WaterfallStyle.PLAIN, trace));
  }

  @Test
  void shouldCountWhatIsLeftOut() throws IOException {
    golden(
        "crash-loop-abbreviated",
        new WaterfallStyle(100, false, true, 3),
        Sample.trace("crash-loop", FAILED));
  }

  @Test
  void shouldSayWhichReleaseAChangeBelongsTo() {
    ReceivedSpan span =
        Sample.with(
            Sample.span("a1", "", 0, 10),
            new TreeMap<>(
                Map.of("kspan.delivery.id", "d".repeat(32), "vcs.ref.head.revision", "1a2b3c")));

    assertThat(lines(WaterfallStyle.PLAIN, trace(List.of(span))))
        .contains("  delivery " + "d".repeat(32) + " · revision 1a2b3c");
  }

  @Test
  void shouldNotLetAMessageMoveTheCursor() {
    ReceivedSpan span =
        Sample.with(
            Sample.span("a1", "", 0, 10),
            new TreeMap<>(
                Map.of("k8s.event.message", "red \u001B[31m\r\n\tbell\u0007 \u202Eback")));
    assertThat(String.join("\n", lines(WaterfallStyle.PLAIN, trace(List.of(span)))))
        .contains("red [31m bell back")
        .doesNotContain("\u001B", "\r", "\t", "\u0007", "\u202E");
  }

  @Test
  void shouldDrawCyclesAndMissingParentsOnce() {
    List<String> drawn =
        lines(
            WaterfallStyle.PLAIN,
            trace(
                List.of(
                    Sample.span("a1", "b2", 5, 10),
                    Sample.span("b2", "a1", 6, 10),
                    Sample.span("c3", "c3", 7, 10),
                    Sample.span("d4", "ff", 8, 10))));
    assertThat(drawn.stream().filter(line -> line.contains("Pod.Started") && line.contains("ms")))
        .hasSizeGreaterThanOrEqualTo(4);
    assertThat(drawn).anyMatch(line -> line.startsWith("└─Pod.Started"));
  }

  @Test
  void shouldDrawAVeryDeepTrace() {
    List<ReceivedSpan> spans = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      spans.add(Sample.span(Integer.toString(i + 1), i == 0 ? "" : Integer.toString(i), i, 20_000));
    }
    assertThat(lines(WaterfallStyle.PLAIN, trace(spans)))
        .hasSizeGreaterThan(20_000)
        .allMatch(line -> line.length() <= 100);
  }

  private static ReceivedTrace trace(List<ReceivedSpan> spans) {
    return new ReceivedTrace("4bf92f3577b34da6a3ce929d0e0e4736", spans);
  }

  private static List<String> lines(WaterfallStyle style, ReceivedTrace trace) {
    return new WaterfallRenderer(style).render(trace);
  }

  /** Compares with the committed picture; {@code -Dgolden.update=true} draws it anew. */
  private static void golden(String name, WaterfallStyle style, ReceivedTrace trace)
      throws IOException {
    Path file = Path.of("src/test/resources/waterfall", name + ".txt");
    String drawn = String.join("\n", lines(style, trace)) + "\n";
    assertThat(drawn).isEqualTo(GoldenFile.expected(file, drawn));
  }
}
