package io.kspan.topology.waterfall.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kspan.topology.waterfall.ReceivedSpan;
import io.kspan.topology.waterfall.ReceivedTrace;
import io.kspan.topology.waterfall.Sample;
import io.kspan.topology.waterfall.SpanTree;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever a cluster says, a page holds it, and it holds the page together. */
class TracesPagePropertyTest {
  private static final String BEGIN = "<script type=\"application/json\" id=\"data\">";
  private static final String END = "</script>";

  @Property(tries = 500)
  void shouldGiveEveryTextBackAndLetNoneEndTheScript(
      @ForAll("texts") String title, @ForAll("texts") String text, @ForAll("texts") String key)
      throws IOException {
    TreeMap<String, Object> attributes = new TreeMap<>(Map.of(key, text, "list", List.of(text)));
    ReceivedTrace trace =
        new ReceivedTrace(text, List.of(Sample.with(Sample.span("1", "", 0, 5), attributes)));

    String page = written(TracesPage.file(title), trace);

    String data = data(page);
    assertThat(data).matches("[\\x20-\\x7f]*").doesNotContain("<", ">", "&");
    JsonNode json = new ObjectMapper().readTree(data);
    assertThat(json.path("title").asText()).isEqualTo(title);
    assertThat(json.at("/traces/0/id").asText()).isEqualTo(text);
    JsonNode read = json.at("/traces/0/spans/0/attributes");
    if (!key.equals("list")) {
      assertThat(read.path(key).asText()).isEqualTo(text);
    }
    assertThat(read.path("list").path(0).asText()).isEqualTo(text);
  }

  @Property(tries = 300)
  void shouldHoldEverySpanOfTheTreeWithItsDepth(@ForAll("traces") ReceivedTrace trace)
      throws IOException {
    JsonNode json =
        new ObjectMapper().readTree(data(written(TracesPage.file(""), trace))).at("/traces/0");

    List<String> written = new ArrayList<>();
    json.path("spans").forEach(s -> written.add(s.path("id").asText() + s.path("depth").asText()));
    assertThat(written)
        .isEqualTo(
            SpanTree.of(trace).rows().stream()
                .map(row -> row.span().spanId() + row.depth())
                .toList());
    assertThat(json.path("spans").findValuesAsText("id"))
        .contains(json.path("root").path("id").asText());
    for (JsonNode span : json.path("spans")) {
      long start = Long.parseLong(json.path("start").asText()) + span.path("start").asLong();
      assertThat(trace.spans())
          .anyMatch(
              s -> s.spanId().equals(span.path("id").asText()) && s.startEpochNanos() == start);
      assertThat(span.path("start").asLong()).isNotNegative();
      assertThat(span.path("start").asLong() + span.path("duration").asLong())
          .isLessThanOrEqualTo(json.path("duration").asLong());
      assertThat(json.path("resources").has(span.path("resource").asInt())).isTrue();
    }
  }

  private static String written(TracesPage page, ReceivedTrace trace) throws IOException {
    StringWriter out = new StringWriter();
    page.write(out, List.of(trace));
    return out.toString();
  }

  private static String data(String page) {
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    return page.substring(begin, page.indexOf(END, begin));
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.oneOf(
        Arbitraries.strings().ofMaxLength(30).filter(TracesPagePropertyTest::isUnicode),
        Arbitraries.of(
                "</script>",
                "<!--",
                "-->",
                "<script>",
                "]]>",
                "{{data}}",
                "{{script}}",
                "$1",
                "\\",
                "\\u003c",
                "\"",
                "'",
                "&lt;",
                "\u2028",
                "\u2029",
                "\0",
                "\uFEFF",
                "\uD83D\uDE00")
            .list()
            .ofMaxSize(6)
            .map(parts -> String.join("", parts)));
  }

  /** What comes over the wire is UTF-8, which knows no half surrogate pairs. */
  private static boolean isUnicode(String text) {
    return text.codePoints().noneMatch(point -> point >= 0xD800 && point <= 0xDFFF);
  }

  @Provide
  Arbitrary<ReceivedTrace> traces() {
    // Few ids, so that parents exist, are missing, and form cycles; nothing keeps times in order.
    Arbitrary<String> ids = Arbitraries.integers().between(0, 12).map(String::valueOf);
    Arbitrary<Integer> times = Arbitraries.integers().between(0, 100_000);
    Arbitrary<ReceivedSpan> spans =
        Combinators.combine(ids, Arbitraries.oneOf(ids, Arbitraries.just("")), times, times)
            .as(Sample::span);
    return spans
        .list()
        .ofMinSize(1)
        .ofMaxSize(30)
        .map(all -> new ReceivedTrace("ab".repeat(16), all));
  }
}
