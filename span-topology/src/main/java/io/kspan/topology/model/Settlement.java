package io.kspan.topology.model;

/** Whether an object has reached what its spec asks for (trace-model 5.3). */
public enum Settlement {
  /** Reached, or deleted. */
  SETTLED,
  /** On the way, or stuck. */
  UNSETTLED,
  /** The kind does not say. */
  SILENT
}
