package io.kspan.topology.badinput;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Every kind of bad input, and its result.
 *
 * <p>Envelopes are text, so that they can hold what no JSON library writes.
 */
final class BadInputs {
  /** Everything is received at this second of the good rollout. */
  static final String RECEIVED = "2026-01-01T10:00:03Z";

  private static final String MEGABYTE = "x".repeat(1 << 20);

  private final List<BadInput> all = new ArrayList<>();

  private BadInputs() {}

  /**
   * One record.
   *
   * @param name of the defect
   * @param isEvent which topic it is in
   * @param uid of the Event that has to become a span; empty if it must not become one
   * @param reason in the header of its dead letter; empty if it is none
   */
  record BadInput(String name, boolean isEvent, byte[] value, String uid, String reason) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<BadInput> all() {
    BadInputs inputs = new BadInputs();
    inputs.addDocuments();
    inputs.addEnvelopes();
    inputs.addInvolvedObjects();
    inputs.addTimes();
    inputs.addCounts();
    inputs.addTexts();
    inputs.addNames();
    inputs.addObjects();
    return inputs.all;
  }

  private void addDocuments() {
    refused("empty value", new byte[0], "not a JSON object");
    refused("text", "not JSON", "not JSON");
    refused("array", "[1]", "not a JSON object but ARRAY");
    refused("null", "null", "not a JSON object but NULL");
    refused("empty object", "{}", "neither an envelope");
    refused("unknown object", "{\"hello\":\"world\"}", "neither an envelope");
    refused("cut off", envelope(event("cut", "")).substring(0, 150), "not JSON");
    refused(
        "two documents",
        envelope(event("first", "")) + envelope(event("second", "")),
        "another document follows");
    refused("nested 2000 deep", "[".repeat(2000) + "]".repeat(2000), "nesting depth");
    refused(
        "UTF-8 that is none",
        envelope(event("latin", "\"message\":\"\u00e9t\u00e9\"")).getBytes(ISO_8859_1),
        "not UTF-8");
    ByteArrayOutputStream marked = new ByteArrayOutputStream();
    marked.writeBytes(new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF});
    marked.writeBytes(envelope(event("byte-order-mark", "")).getBytes(UTF_8));
    placed("byte order mark", marked.toByteArray(), "byte-order-mark");
    placed(
        "duplicate keys: the last counts",
        envelope(event("duplicate", "\"reason\":\"First\",\"reason\":\"Second\"")),
        "duplicate");
  }

  private void addEnvelopes() {
    String object = event("never", "");
    for (String observedAt :
        new String[] {
          "null", "1767261603000", "\"\"", "\"yesterday\"", "\"2026-01-01T10:00:03\"", "{}", "true"
        }) {
      refused("observedAt " + observedAt, envelope(observedAt, object), "is not RFC 3339");
    }
    for (String year : new String[] {"1969", "2262", "9999", "+999999999", "-0001"}) {
      refused(
          "observed in " + year, envelope("\"" + year + "-05-01T10:00:00Z\"", object), "is not");
    }
    refused(
        "unknown type",
        "{\"type\":\"RENAMED\",\"cluster\":\"c\",\"observedAt\":\"" + RECEIVED + "\"}",
        "unknown envelope type 'RENAMED'");
    refused(
        "no object",
        "{\"type\":\"ADDED\",\"cluster\":\"c\",\"observedAt\":\"" + RECEIVED + "\"}",
        "no kind or no metadata.name");
    refused("no metadata", envelope("{\"kind\":\"Pod\"}"), "no kind or no metadata.name");
    refused("object null", envelope("null"), "no kind or no metadata.name");
    refused("object as array", envelope("[" + object + "]"), "no kind or no metadata.name");
    refused("kind as object", envelope("{\"kind\":{},\"metadata\":{\"name\":\"n\"}}"), "no kind");
    refused("metadata as text", envelope("{\"kind\":\"Pod\",\"metadata\":\"n\"}"), "no kind");
    refused(
        "cluster of a megabyte",
        "{\"type\":\"ADDED\",\"cluster\":\"%s\",\"observedAt\":\"%s\",\"object\":%s}"
            .formatted(MEGABYTE, RECEIVED, object),
        "cluster 'xxxxx");
    placed(
        "cluster null: the configured one",
        "{\"type\":\"ADDED\",\"cluster\":null,\"observedAt\":\"%s\",\"object\":%s}"
            .formatted(RECEIVED, event("no-cluster", "")),
        "no-cluster");
  }

  private void addInvolvedObjects() {
    for (String involved : new String[] {"null", "{}", "[]", "\"pod\"", "1", "{\"uid\":null}"}) {
      refused(
          "involved object " + involved,
          envelope(about("nothing", involved, "")),
          "the Event nothing.1 names no object");
    }
    placed(
        "involved object null, but regarding",
        envelope(
            about(
                "regarding",
                "null",
                "\"regarding\":{\"kind\":\"Pod\",\"namespace\":\"ns\",\"name\":\"r\"}")),
        "regarding");
    placed("UID only", envelope(about("uid-only", "{\"uid\":\"unknown-uid\"}", "")), "uid-only");
    placed("name only", envelope(about("name-only", "{\"name\":\"some-name\"}", "")), "name-only");
    placed(
        "fields null",
        envelope(
            about(
                "nulls",
                "{\"kind\":\"Pod\",\"namespace\":null,\"name\":\"n\",\"uid\":null,\"fieldPath\":null}",
                "\"reason\":null,\"message\":null,\"type\":null,\"source\":null,\"series\":null,"
                    + "\"count\":null,\"eventTime\":null,\"lastTimestamp\":null")),
        "nulls");
    placed(
        "fields of other types",
        envelope(
            about(
                "types",
                "{\"kind\":\"Pod\",\"namespace\":[],\"name\":7,\"uid\":true,\"fieldPath\":{}}",
                "\"reason\":1.5,\"message\":[1],\"type\":false,\"source\":\"kubelet\","
                    + "\"series\":3,\"count\":{},\"eventTime\":[],\"lastTimestamp\":1,"
                    + "\"reportingComponent\":{\"a\":1}")),
        "types");
  }

  private void addTimes() {
    timed("no time at all", "");
    timed("creation only", "", "\"creationTimestamp\":\"2026-01-01T10:00:02Z\"");
    timed("1970", "\"lastTimestamp\":\"1970-01-01T00:00:00Z\"");
    timed("before 1970", "\"eventTime\":\"1950-01-01T00:00:00.000001Z\"");
    timed("zero time of Go", "\"lastTimestamp\":\"0001-01-01T00:00:00Z\"");
    timed("an hour ahead", "\"eventTime\":\"2026-01-01T11:00:03.000001Z\"");
    timed("9999", "\"lastTimestamp\":\"9999-12-31T23:59:59Z\"");
    timed("2262", "\"eventTime\":\"2262-04-11T23:47:16.854775807Z\"");
    timed("a thousand million years", "\"eventTime\":\"+999999999-12-31T23:59:59.999999999Z\"");
    timed("no stamp", "\"eventTime\":\"noon\",\"lastTimestamp\":\"12:00\"");
    timed(
        "times that contradict each other",
        "\"firstTimestamp\":\"2030-01-01T00:00:00Z\",\"lastTimestamp\":\"2001-01-01T00:00:00Z\","
            + "\"series\":{\"count\":3,\"lastObservedTime\":\"9999-01-01T00:00:00.000000Z\"}",
        "\"creationTimestamp\":\"1970-01-01T00:00:00Z\"");
  }

  private void timed(String name, String fields, String... metadata) {
    String uid = "time-" + all.size();
    String involved = "{\"kind\":\"Pod\",\"namespace\":\"ns\",\"name\":\"%s\"}".formatted(uid);
    placed(
        "time: " + name,
        envelope(
            "{\"kind\":\"Event\",\"metadata\":{\"name\":\"e.1\",\"uid\":\"%s\"%s},\"involvedObject\":%s%s}"
                .formatted(uid, also(String.join(",", metadata)), involved, also(fields))),
        uid);
  }

  private void addCounts() {
    for (String count :
        new String[] {
          "0",
          "-1",
          "2147483647",
          "9223372036854775807",
          "99999999999999999999",
          "-1e300",
          "1e400",
          "2.5",
          "\"7\"",
          "\"many\"",
          "true",
          "[]"
        }) {
      String uid = "count-" + all.size();
      placed("count " + count, envelope(event(uid, "\"count\":" + count)), uid);
      String series = "count-" + all.size();
      placed(
          "series.count " + count,
          envelope(event(series, "\"series\":{\"count\":" + count + "}")),
          series);
    }
  }

  private void addTexts() {
    text("message of a megabyte", "\"message\":\"" + MEGABYTE + "\"");
    text("message of dots", created("Created pod: " + ".".repeat(1 << 20) + "x"));
    text("message of claims", created("create Claim x Pod ".repeat(50_000)));
    text("name of a megabyte in a message", created("Created pod: " + MEGABYTE));
    text("message of half a pair", "\"message\":\"\\ud83d\"");
    text("message of halves", "\"message\":\"\\ude00 \\ud83d\\ud83d\\ude00 \\ude00\"");
    text("message of control characters", "\"message\":\"\\u0000\\u0001\\u001b[31m\\r\\n\"");
    text("reason of a megabyte", "\"reason\":\"" + MEGABYTE + "\"");
    text(
        "everything of 100 kB",
        "\"type\":\"%1$s\",\"source\":{\"component\":\"%1$s\",\"host\":\"%1$s\"}"
            .formatted("x".repeat(100_000)));
    text("a thousand unknown fields", unknownFields());
  }

  private static String unknownFields() {
    StringBuilder fields = new StringBuilder("\"unknown\":0");
    for (int i = 0; i < 1000; i++) {
      fields.append(",\"unknown").append(i).append("\":{\"deeper\":[null,{}]}");
    }
    return fields.toString();
  }

  private static String created(String message) {
    return "\"reason\":\"SuccessfulCreate\",\"message\":\"" + message + "\"";
  }

  private void text(String name, String fields) {
    String uid = "text-" + all.size();
    placed(name, envelope(event(uid, fields)), uid);
  }

  private void addNames() {
    for (String name :
        new String[] {
          "system:controller:cloud-node",
          "a.b-c.0",
          "UPPER_lower",
          "with#hash",
          "with#hash#more",
          "gr\u00fc\u00dfe \u65e5\u672c",
          "a b",
          "-",
          "n".repeat(253)
        }) {
      String uid = "name-" + all.size();
      placed("name " + name, envelope(about(uid, "ClusterRole", name, "")), uid);
    }
    placed(
        "unknown kind and API group",
        envelope(
            about(
                "unknown-kind",
                "{\"apiVersion\":\"a.very.own.group/v9alpha1\",\"kind\":\"watermark\",\"name\":\"0\"}",
                "")),
        "unknown-kind");
    placed("half a pair as name", envelope(about("half", "Pod", "\\ud800", "")), "half");
    placed(
        "UID that is a store key",
        envelope(about("uid-key", "{\"kind\":\"Pod\",\"name\":\"p\",\"uid\":\"watermark/0\"}", "")),
        "uid-key");
    refused(
        "NUL in a name",
        envelope(about("nul", "Pod", "a\\u0000e\\u0000b", "")),
        "contains a control character");
    refused(
        "NUL in a UID",
        envelope(about("nul", "{\"kind\":\"Pod\",\"name\":\"p\",\"uid\":\"uid-d\\u0000e\"}", "")),
        "contains a control character");
    refused(
        "name of a megabyte",
        envelope(about("long", "Pod", MEGABYTE, "")),
        "name 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...' has 1048576 characters");
  }

  private void addObjects() {
    object("owned by itself", "\"ownerReferences\":[{\"kind\":\"Pod\",\"name\":\"p\",%s}]", "");
    object(
        "owner without UID",
        "\"ownerReferences\":[{\"kind\":\"Widget\",\"name\":\"w\",\"controller\":true}]",
        "");
    object("owner as object", "\"ownerReferences\":{\"kind\":\"Pod\",\"name\":\"p\"}", "");
    object("owners that are none", "\"ownerReferences\":[null,7,\"x\",[],{},{\"kind\":\"A\"}]", "");
    object("ten thousand owners", "\"ownerReferences\":" + owners(), "");
    object("negative generation", "\"generation\":-3", "");
    object("generation as text", "\"generation\":\"4\"", "");
    object("generation beyond a long", "\"generation\":99999999999999999999", "");
    object("created in 9999", "\"creationTimestamp\":\"9999-12-31T23:59:59Z\"", "");
    object("deletion at no time", "\"deletionTimestamp\":\"never\"", "");
    object("spec changed in 9999", "\"managedFields\":" + managed("9999-12-31T23:59:59Z"), "");
    object("managedFields as text", "\"managedFields\":\"none\"", "");
    object("conditions as text", "", "\"status\":{\"conditions\":\"Ready\"}");
    object("status as array", "", "\"status\":[{\"phase\":\"Running\"}],\"spec\":\"none\"");
    object("ten thousand containers", "", containers());
    object("resourceVersion as object", "\"resourceVersion\":{}", "");
    object("annotations as text", "\"annotations\":\"topLevelSpan\"", "");
    records(
        "no UID",
        "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"nameless\",\"namespace\":\"ns\"}}",
        about("no-uid", "Pod", "nameless", ""),
        "no-uid");
  }

  private static String owners() {
    StringBuilder owners = new StringBuilder("[");
    for (int i = 0; i < 10_000; i++) {
      owners.append("{\"kind\":\"Widget\",\"name\":\"w%1$d\",\"uid\":\"w-%1$d\"},".formatted(i));
    }
    return owners + "null]";
  }

  private static String managed(String time) {
    return "[{\"manager\":\"m\",\"operation\":\"Update\",\"time\":\"%s\",\"fieldsV1\":{\"f:spec\":{}}}]"
        .formatted(time);
  }

  private static String containers() {
    StringBuilder containers = new StringBuilder("[");
    for (int i = 0; i < 10_000; i++) {
      containers.append(
          "{\"name\":\"c%1$d\",\"image\":\"registry/i%1$d\",\"state\":{\"running\":{\"startedAt\":\"2026-01-01T10:00:00Z\"}}},"
              .formatted(i));
    }
    containers.append("{}]");
    return "\"spec\":{\"containers\":%1$s},\"status\":{\"containerStatuses\":%1$s}"
        .formatted(containers);
  }

  /** A pod with odd metadata or fields, and an Event about it that has to become a span. */
  private void object(String name, String metadata, String fields) {
    String uid = "object-" + all.size();
    String itself = "\"uid\":\"of-" + uid + "\"";
    records(
        name,
        "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"%1$s\",\"namespace\":\"ns\",%2$s%3$s}%4$s}"
            .formatted(uid, itself, also(metadata.replace("%s", itself)), also(fields)),
        about(
            uid,
            "{\"kind\":\"Pod\",\"namespace\":\"ns\",\"name\":\"%s\",%s}".formatted(uid, itself),
            ""),
        uid);
  }

  private void records(String name, String object, String event, String uid) {
    all.add(new BadInput("object: " + name, false, envelope(object).getBytes(UTF_8), "", ""));
    placed("event about: " + name, envelope(event), uid);
  }

  private void refused(String name, String value, String reason) {
    refused(name, value.getBytes(UTF_8), reason);
  }

  private void refused(String name, byte[] value, String reason) {
    all.add(new BadInput(name, true, value, "", reason));
  }

  private void placed(String name, String value, String uid) {
    placed(name, value.getBytes(UTF_8), uid);
  }

  private void placed(String name, byte[] value, String uid) {
    all.add(new BadInput(name, true, value, uid, ""));
  }

  private static String envelope(String object) {
    return envelope("\"" + RECEIVED + "\"", object);
  }

  private static String envelope(String observedAt, String object) {
    return "{\"type\":\"ADDED\",\"cluster\":\"c\",\"observedAt\":%s,\"object\":%s}"
        .formatted(observedAt, object);
  }

  /** An Event about a pod of its own. */
  private static String event(String uid, String fields) {
    return about(uid, "Pod", "pod-" + uid, fields);
  }

  private static String about(String uid, String kind, String name, String fields) {
    return about(
        uid,
        "{\"kind\":\"%s\",\"namespace\":\"ns\",\"name\":\"%s\"}".formatted(kind, name),
        fields);
  }

  private static String about(String uid, String involved, String fields) {
    return "{\"kind\":\"Event\",\"metadata\":{\"name\":\"%1$s.1\",\"uid\":\"%1$s\"},\"involvedObject\":%2$s%3$s}"
        .formatted(uid, involved, also(fields));
  }

  private static String also(String fields) {
    return fields.isEmpty() ? "" : "," + fields;
  }
}
