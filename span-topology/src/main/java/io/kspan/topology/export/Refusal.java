package io.kspan.topology.export;

/** Why a record becomes a dead letter: one of the constants, for alerts, and a message. */
record Refusal(String reason, String message) {
  static final String UNREADABLE = "unreadable";
  static final String REFUSED = "refused-by-backend";

  /** The backend rejects some spans without saying which; OTLP forbids to send them again. */
  static final String PARTLY_REFUSED = "partly-refused-by-backend";
}
