package io.kspan.topology.assemble;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The container that {@code involvedObject.fieldPath} names, as in {@code
 * spec.initContainers{migrate}}.
 */
final class Containers {
  private static final Pattern FIELD_PATH = Pattern.compile("\\{([^}]+)}");

  private Containers() {}

  /** Empty if the path names none. */
  static String nameIn(String fieldPath) {
    if (fieldPath.isEmpty()) {
      return "";
    }
    Matcher matcher = FIELD_PATH.matcher(fieldPath);
    return matcher.find() ? matcher.group(1) : "";
  }
}
