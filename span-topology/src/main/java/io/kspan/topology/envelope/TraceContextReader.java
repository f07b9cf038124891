package io.kspan.topology.envelope;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kspan.topology.model.TraceContext;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the trace context that a tool left in the annotations of an object or Event (<a
 * href="https://www.w3.org/TR/trace-context/">W3C Trace Context</a>): a {@code traceparent} with
 * its {@code tracestate} in the annotation beside it, or both in a JSON map of headers as Tekton
 * writes it. Thread-safe.
 */
final class TraceContextReader {
  private static final String PARENT = "traceparent";
  private static final String STATE = "tracestate";
  private static final int HEX = 16;
  // Of characters; more need not be propagated.
  private static final int MAX_STATE = 512;

  // Version ff is forbidden, only a version after 00 may append fields, and no id is all zero.
  private static final Pattern TRACEPARENT =
      Pattern.compile(
          "(?!ff|00.{54})[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");

  private static final Pattern TRACESTATE = Pattern.compile("[ -~\\t]*");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<String> carriers;
  private final Consumer<String> malformed;

  /**
   * A reader.
   *
   * @param carriers annotations in order of preference
   * @param malformed receives the name of each annotation that holds no trace context
   */
  TraceContextReader(List<String> carriers, Consumer<String> malformed) {
    this.carriers = carriers;
    this.malformed = malformed;
  }

  /** The annotations that are read. */
  static Set<String> annotations(List<String> carriers) {
    Set<String> annotations = new LinkedHashSet<>(carriers);
    carriers.forEach(carrier -> annotations.add(beside(carrier)));
    return annotations;
  }

  /** {@code x/traceparent} has its state in {@code x/tracestate}. */
  private static String beside(String carrier) {
    return carrier.endsWith(PARENT)
        ? carrier.substring(0, carrier.length() - PARENT.length()) + STATE
        : carrier;
  }

  /** The first that is well-formed; null without one. */
  TraceContext read(JsonNode metadata) {
    JsonNode annotations = metadata.path("annotations");
    if (annotations.isEmpty()) {
      return null;
    }
    for (String carrier : carriers) {
      String value = Json.raw(annotations, carrier);
      boolean isMap = value.startsWith("{");
      JsonNode headers = isMap ? map(value) : annotations;
      String parent = isMap && headers.isObject() ? Json.raw(headers, PARENT) : value;
      String state = Json.raw(headers, isMap ? STATE : beside(carrier));
      // Tekton writes an empty map where it does not trace.
      if (!parent.isEmpty()) {
        Matcher matcher = TRACEPARENT.matcher(parent);
        if (matcher.matches()) {
          return new TraceContext(
              matcher.group(1),
              matcher.group(2),
              Integer.parseInt(matcher.group(3), HEX),
              carrier.equals(beside(carrier)) && !isMap ? "" : bounded(state));
        }
        malformed.accept(carrier);
      }
    }
    return null;
  }

  private static JsonNode map(String value) {
    try {
      return JSON.readTree(value);
    } catch (JsonProcessingException noMap) {
      // No traceparent either, which is reported.
      return JSON.missingNode();
    }
  }

  /** The entries that fit, from the first on; none if it is not what W3C allows. */
  private static String bounded(String state) {
    if (!TRACESTATE.matcher(state).matches()) {
      return "";
    }
    return state.length() <= MAX_STATE
        ? state
        : state.substring(0, Math.max(0, state.lastIndexOf(',', MAX_STATE)));
  }
}
