package io.kspan.topology.waterfall.page;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.kspan.topology.waterfall.ReceivedSpan;
import io.kspan.topology.waterfall.ReceivedTrace;
import io.kspan.topology.waterfall.SpanTree;
import java.io.IOException;
import java.io.Writer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Traces as the script of the page reads them: JSON in which no text can end the script element
 * that it stands in, whatever the cluster wrote into it.
 *
 * <p>Spans come in the order of the tree, each with its depth, so that orphans and cycles are
 * settled here and the script only draws. Times of spans are nanoseconds since the trace began:
 * those since 1970 are more than a number of JavaScript holds exactly.
 *
 * <p>Stateless.
 */
final class TracesJson {
  private static final long LARGEST_EXACT = 1L << 53;

  private static final JsonFactory JSON =
      new JsonFactoryBuilder()
          // Only ASCII: the line separators that once ended a script, halves of surrogate pairs and
          // a file read in a wrong encoding are no trouble then.
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .characterEscapes(new NoMarkup())
          .build();

  private TracesJson() {}

  /** Makes what writes such JSON to {@code out}; closing it leaves {@code out} open. */
  static JsonGenerator generator(Writer out) throws IOException {
    return JSON.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
  }

  /** Writes the array of {@code traces}. */
  static void write(JsonGenerator json, Collection<ReceivedTrace> traces) throws IOException {
    json.writeStartArray();
    for (ReceivedTrace trace : traces) {
      write(json, trace);
    }
    json.writeEndArray();
  }

  private static void write(JsonGenerator json, ReceivedTrace trace) throws IOException {
    List<SpanTree.Row> rows = SpanTree.of(trace).rows();
    // Few reporters, many spans.
    Map<SortedMap<String, Object>, Integer> resources = new LinkedHashMap<>();
    rows.forEach(row -> resources.putIfAbsent(row.span().resource(), resources.size()));
    json.writeStartObject();
    json.writeStringField("id", trace.traceId());
    json.writeStringField("start", Long.toString(trace.startEpochNanos()));
    json.writeNumberField("duration", trace.durationNanos());
    json.writeNumberField("root", indexOf(trace.root(), rows));
    json.writeArrayFieldStart("resources");
    for (SortedMap<String, Object> resource : resources.keySet()) {
      writeMap(json, resource);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("spans");
    for (SpanTree.Row row : rows) {
      write(json, row, trace.startEpochNanos(), resources.get(row.span().resource()));
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /** The first if the tree does without it: a second span of its id was sent. */
  private static int indexOf(ReceivedSpan root, List<SpanTree.Row> rows) {
    for (int index = 0; index < rows.size(); index++) {
      if (rows.get(index).span() == root) {
        return index;
      }
    }
    return 0;
  }

  private static void write(JsonGenerator json, SpanTree.Row row, long traceStart, int resource)
      throws IOException {
    ReceivedSpan span = row.span();
    json.writeStartObject();
    json.writeStringField("id", span.spanId());
    if (!span.parentSpanId().isEmpty()) {
      json.writeStringField("parentId", span.parentSpanId());
    }
    json.writeNumberField("depth", row.depth());
    json.writeStringField("name", span.name());
    json.writeNumberField("start", span.startEpochNanos() - traceStart);
    json.writeNumberField("duration", span.durationNanos());
    if (span.error()) {
      json.writeBooleanField("error", true);
    }
    if (!span.statusMessage().isEmpty()) {
      json.writeStringField("status", span.statusMessage());
    }
    json.writeNumberField("resource", resource);
    json.writeFieldName("attributes");
    writeMap(json, span.attributes());
    if (!span.links().isEmpty()) {
      writeLinks(json, span.links());
    }
    json.writeEndObject();
  }

  private static void writeLinks(JsonGenerator json, List<ReceivedSpan.Link> links)
      throws IOException {
    json.writeArrayFieldStart("links");
    for (ReceivedSpan.Link link : links) {
      json.writeStartObject();
      json.writeStringField("trace", link.traceId());
      json.writeStringField("span", link.spanId());
      json.writeFieldName("attributes");
      writeMap(json, link.attributes());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeMap(JsonGenerator json, Map<String, Object> map) throws IOException {
    json.writeStartObject();
    for (Map.Entry<String, Object> entry : map.entrySet()) {
      json.writeFieldName(entry.getKey());
      writeValue(json, entry.getValue());
    }
    json.writeEndObject();
  }

  private static void writeValue(JsonGenerator json, Object value) throws IOException {
    if (value instanceof List<?> list) {
      json.writeStartArray();
      for (Object element : list) {
        writeValue(json, element);
      }
      json.writeEndArray();
    } else if (value instanceof Boolean flag) {
      json.writeBoolean(flag);
    } else if (value instanceof Long number
        && number >= -LARGEST_EXACT
        && number <= LARGEST_EXACT) {
      json.writeNumber(number);
    } else if (value instanceof Double number && Double.isFinite(number)) {
      json.writeNumber(number);
    } else {
      json.writeString(value.toString());
    }
  }

  /** What begins or ends markup, as escapes: neither tags nor comments nor entities are left. */
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
