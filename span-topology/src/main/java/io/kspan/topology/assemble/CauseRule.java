package io.kspan.topology.assemble;

import io.kspan.topology.model.Cause.Direction;
import java.util.regex.Pattern;

/**
 * How an event names another object as the thing it acted on (trace-model 4, "Causes").
 *
 * @param involvedKind kind of the involved object, {@code *} for any
 * @param reason of the event
 * @param message searched in the message, not anchored; group {@code name} is the object's name
 * @param namedKind kind of the named object, which is in the involved object's namespace
 * @param direction whether it was made or removed
 */
public record CauseRule(
    String involvedKind, String reason, Pattern message, String namedKind, Direction direction) {

  static final String ANY_KIND = "*";
  static final String NAME_GROUP = "name";
}
