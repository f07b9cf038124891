package io.kspan.topology.model;

/** The state of one version of an object (trace-model 5.3). */
public enum ObjectState {
  /** The object has reached what its spec asks for, or waits for a user. */
  SETTLED,
  /** The object failed for good. */
  FAILED,
  /** The object is on its way, or stuck. */
  UNSETTLED,
  /** The kind does not say. */
  SILENT
}
