package io.kspan.connect.record;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/**
 * Decides which Events are not published. Immutable.
 *
 * @param excludedReasons values of {@code reason}
 * @param excludedTypes values of {@code type}, such as {@code Normal}
 */
public record EventFilter(Set<String> excludedReasons, Set<String> excludedTypes) {
  /** Returns false for every object that is not an Event. */
  public boolean excludes(ObjectNode object) {
    return Keys.isEvent(object)
        && (excludedReasons.contains(object.path("reason").asText(""))
            || excludedTypes.contains(object.path("type").asText("")));
  }
}
