package io.kspan.topology.model;

/**
 * The state of one version of an object (trace-model 5.3): the first of failed, suspended and
 * settled that is true of it.
 */
public enum ObjectState {
  /** The object failed for good. */
  FAILED,
  /** The object waits until a user lets it go on. */
  SUSPENDED,
  /** The object has reached what its spec asks for. */
  SETTLED,
  /** The object is on its way, or stuck. */
  UNSETTLED,
  /** The kind does not say. */
  SILENT,
  /** The object is in another tree from then on (trace-model 5.4). */
  LEFT
}
