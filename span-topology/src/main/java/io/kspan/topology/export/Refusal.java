package io.kspan.topology.export;

/**
 * The reason for a dead letter.
 *
 * @param reason one of the constants below: few values, for alerts
 * @param message what the backend says, or what is wrong with the record
 */
record Refusal(String reason, String message) {
  static final String UNREADABLE = "unreadable";
  static final String REFUSED = "refused-by-backend";

  /** The backend rejects some spans without saying which; OTLP forbids to send them again. */
  static final String PARTLY_REFUSED = "partly-refused-by-backend";
}
