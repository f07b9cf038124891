package io.kspan.topology.waterfall.page;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.kspan.topology.model.Attributes;
import io.kspan.topology.waterfall.ReceivedSpan;
import io.kspan.topology.waterfall.ReceivedTrace;
import io.kspan.topology.waterfall.SpanTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes traces as JSON for the script of the page. No text in it can end the script element that
 * it stands in. Stateless.
 *
 * <p>Spans come in the order of the tree, each with its depth: orphans and cycles are handled here,
 * the script only draws. Times of spans are nanoseconds since the trace began, because a number of
 * JavaScript does not hold those since 1970 exactly.
 */
final class TracesJson {
  private static final long LARGEST_EXACT = 1L << 53;

  /** Characters of a text in a summary: more than fit in a line of the page. */
  private static final int LINE = 300;

  private static final ObjectMapper JSON =
      new ObjectMapper(
              new JsonFactoryBuilder()
                  // Only ASCII: safe from line separators that once ended a script, from halves of
                  // surrogate pairs, and from a wrong encoding of the file.
                  .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                  .characterEscapes(new NoMarkup())
                  .build())
          .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
          .registerModule(new SimpleModule().addSerializer(Long.class, new ExactNumbers()));

  private TracesJson() {}

  /** Writes {@code value} to {@code out}, which stays open; see {@link #of} for traces. */
  static void write(Writer out, Map<String, ?> value) throws IOException {
    JSON.writeValue(out, value);
  }

  /** The same as text. */
  static String text(Map<String, ?> value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Traces with all spans, each made while it is written. */
  static Iterator<?> of(Collection<ReceivedTrace> traces) {
    return traces.stream().map(TracesJson::of).iterator();
  }

  /** A trace: its summary, and beside it all spans and their resources. */
  static Map<String, Object> of(ReceivedTrace trace) {
    List<SpanTree.Row> rows = SpanTree.of(trace).rows();
    // Many spans share few resources.
    Map<Attributes, Integer> resources = new LinkedHashMap<>();
    rows.forEach(row -> resources.putIfAbsent(row.span().resource(), resources.size()));
    Map<String, Object> json = summary(TraceSummary.of(trace, rows));
    json.put("resources", resources.keySet().iterator());
    json.put(
        "spans",
        rows.stream()
            .map(
                row -> {
                  Map<String, Object> span = of(row.span(), trace.startEpochNanos());
                  span.put("depth", row.depth());
                  span.put("resource", resources.get(row.span().resource()));
                  return span;
                })
            .iterator());
    return json;
  }

  /** What a page needs of a trace that is not opened. */
  static Map<String, Object> summary(TraceSummary summary) {
    long start = summary.startEpochNanos();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", summary.traceId());
    json.put("start", Long.toString(start));
    json.put("duration", summary.durationNanos());
    json.put("cluster", summary.cluster());
    json.put("root", of(summary.root(), start));
    if (summary.open()) {
      json.put("open", true);
    }
    json.put("spanCount", summary.spans());
    json.put("errors", summary.errors());
    json.put("components", summary.components());
    json.put("about", shortened(summary.about()));
    json.put("links", summary.links().stream().map(TracesJson::of).toList());
    json.put("failures", summary.failures().stream().map(span -> failure(span, start)).toList());
    json.put("nodes", summary.nodes());
    return json;
  }

  private static Map<String, Object> failure(ReceivedSpan span, long traceStart) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("at", TraceSummary.failedEpochNanos(span) - traceStart);
    json.put("span", span.spanId());
    json.put("name", span.name());
    json.put("kind", span.attribute("k8s.object.kind"));
    json.put("object", span.objectName());
    json.put("message", shortened(span.message()));
    json.put("node", TraceSummary.node(span));
    json.put("component", span.component());
    return json;
  }

  private static Map<String, Object> of(TraceSummary.Linked linked) {
    Map<String, Object> json = of(linked.link());
    json.put("of", linked.span().spanId());
    json.put("name", linked.span().name());
    json.put("object", linked.span().objectName());
    return json;
  }

  /** The beginning of a text that is shown in one line; the whole is in the spans. */
  private static String shortened(String text) {
    if (text.length() <= LINE) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(LINE - 1)) ? LINE - 1 : LINE;
    return text.substring(0, end) + "…";
  }

  private static Map<String, Object> of(ReceivedSpan span, long traceStart) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", span.spanId());
    if (!span.parentSpanId().isEmpty()) {
      json.put("parentId", span.parentSpanId());
    }
    json.put("name", span.name());
    json.put("start", span.startEpochNanos() - traceStart);
    json.put("duration", span.durationNanos());
    if (span.error()) {
      json.put("error", true);
    }
    if (!span.statusMessage().isEmpty()) {
      json.put("status", span.statusMessage());
    }
    json.put("attributes", span.attributes());
    if (!span.links().isEmpty()) {
      json.put("links", span.links().stream().map(TracesJson::of).iterator());
    }
    return json;
  }

  private static Map<String, Object> of(ReceivedSpan.Link link) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("trace", link.traceId());
    json.put("span", link.spanId());
    json.put("attributes", link.attributes());
    return json;
  }

  /** Writes what JavaScript does not hold exactly as text. */
  private static final class ExactNumbers extends JsonSerializer<Long> {
    @Override
    public void serialize(Long value, JsonGenerator json, SerializerProvider ignored)
        throws IOException {
      if (value >= -LARGEST_EXACT && value <= LARGEST_EXACT) {
        json.writeNumber(value);
      } else {
        json.writeString(value.toString());
      }
    }
  }

  /** Escapes what begins or ends markup, so that no tag, comment or entity is left. */
  private static final class NoMarkup extends CharacterEscapes {
    private static final long serialVersionUID = 1L;
    private static final String MARKUP = "<>&";

    private final int[] ascii = standardAsciiEscapesForJSON();

    NoMarkup() {
      MARKUP.chars().forEach(character -> ascii[character] = ESCAPE_CUSTOM);
    }

    @Override
    public int[] getEscapeCodesForAscii() {
      return ascii.clone();
    }

    @Override
    public SerializableString getEscapeSequence(int character) {
      return MARKUP.indexOf(character) < 0
          ? null
          : new SerializedString(String.format("\\u%04x", character));
    }
  }
}
