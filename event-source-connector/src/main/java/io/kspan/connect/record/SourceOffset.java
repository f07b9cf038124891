package io.kspan.connect.record;

import java.util.Map;
import java.util.Objects;

/**
 * How far a feed has come. While a list is under way nothing can be resumed, so its records say so
 * instead of naming a resourceVersion: a restart then lists again.
 *
 * @param resourceVersion where to resume the watch; empty while listing
 */
public record SourceOffset(String resourceVersion) {
  /** The offset of the records of a list that is not complete. */
  public static final SourceOffset LISTING = new SourceOffset("");

  private static final long FORMAT = 1;
  private static final String VERSION = "version";
  private static final String STATE = "state";
  private static final String RESOURCE_VERSION = "resourceVersion";
  private static final String STATE_LISTING = "listing";
  private static final String STATE_WATCHING = "watching";

  public SourceOffset {
    Objects.requireNonNull(resourceVersion, "resourceVersion");
  }

  public boolean isListing() {
    return resourceVersion.isEmpty();
  }

  /** The map that Connect stores. */
  public Map<String, Object> toMap() {
    return Map.of(
        VERSION,
        FORMAT,
        STATE,
        isListing() ? STATE_LISTING : STATE_WATCHING,
        RESOURCE_VERSION,
        resourceVersion);
  }

  /**
   * Reads what this or an earlier version wrote; throws {@link IllegalArgumentException} that names
   * the offending field.
   */
  public static SourceOffset fromMap(Map<String, ?> map) {
    if (!(map.get(VERSION) instanceof Number version)) {
      throw new IllegalArgumentException("offset field 'version' must be a number");
    }
    if (version.longValue() != FORMAT) {
      throw new IllegalArgumentException(
          "offset field 'version' is " + version + ", this connector reads " + FORMAT);
    }
    Object state = map.get(STATE);
    if (STATE_LISTING.equals(state)) {
      return LISTING;
    }
    if (!STATE_WATCHING.equals(state)) {
      throw new IllegalArgumentException(
          "offset field 'state' must be '" + STATE_WATCHING + "' or '" + STATE_LISTING + "'");
    }
    if (map.get(RESOURCE_VERSION) instanceof String resourceVersion && !resourceVersion.isEmpty()) {
      return new SourceOffset(resourceVersion);
    }
    throw new IllegalArgumentException(
        "offset field 'resourceVersion' must be a string and not empty");
  }
}
