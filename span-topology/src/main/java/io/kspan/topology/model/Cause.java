package io.kspan.topology.model;

/**
 * The object that an event acted on, as its message names it (trace-model 4, "Causes").
 *
 * @param named in the namespace of the involved object
 */
public record Cause(ObjectReference named, Direction direction) {

  /** Whether a cause makes or removes the object it names. */
  public enum Direction {
    UP,
    DOWN
  }
}
