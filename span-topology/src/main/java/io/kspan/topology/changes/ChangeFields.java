package io.kspan.topology.changes;

/** Names of what is written and read again. */
final class ChangeFields {
  static final String STARTED = "io.kspan.change.started.0.1.0";
  static final String FINISHED = "io.kspan.change.finished.0.1.0";
  static final String TYPE = "type";
  static final String TRACEPARENT = "traceparent";
  static final String DATA = "data";
  static final String CLUSTER = "cluster";
  static final String ROOT = "root";
  static final String KIND = "kind";
  static final String NAMESPACE = "namespace";
  static final String NAME = "name";
  static final String OUTCOME = "outcome";
  static final String START = "start";
  static final String DURATION = "duration";
  static final String FAILED_SINCE = "failedSince";
  static final String COMMIT_TIME = "commitTime";

  private ChangeFields() {}
}
