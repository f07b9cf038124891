package io.kspan.topology.export;

/**
 * What a backend says beside "accepted".
 *
 * @param rejectedSpans how many spans of the request it has not taken, 0 for a mere remark
 * @param message in the backend's words
 */
record Objection(long rejectedSpans, String message) {
  static final Objection NONE = new Objection(0, "");
}
