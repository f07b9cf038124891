package io.kspan.connect.record;

import java.util.HashMap;
import java.util.Map;

/**
 * The position of a feed. Nothing can be resumed while a list is under way, so its records have the
 * offset {@link #LISTING} instead of a resourceVersion: a restart then lists again.
 *
 * @param resourceVersion where to resume the watch; empty while listing
 * @param listedAtMillis when the last complete list began, so that a restart does not move the next
 *     periodic snapshot; 0 when unknown
 */
public record SourceOffset(String resourceVersion, long listedAtMillis) {
  /** The offset of the records of an incomplete list. */
  public static final SourceOffset LISTING = new SourceOffset("", 0);

  private static final long FORMAT = 1;
  private static final String VERSION = "version";
  private static final String STATE = "state";
  private static final String RESOURCE_VERSION = "resourceVersion";
  private static final String LISTED_AT = "listedAt";
  private static final String STATE_LISTING = "listing";
  private static final String STATE_WATCHING = "watching";

  public boolean isListing() {
    return resourceVersion.isEmpty();
  }

  /** The same position, moved by one event or bookmark. */
  public SourceOffset advancedTo(String newResourceVersion) {
    return new SourceOffset(newResourceVersion, listedAtMillis);
  }

  /** The map that Connect stores. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new HashMap<>();
    map.put(VERSION, FORMAT);
    map.put(STATE, isListing() ? STATE_LISTING : STATE_WATCHING);
    map.put(RESOURCE_VERSION, resourceVersion);
    if (listedAtMillis > 0) {
      map.put(LISTED_AT, listedAtMillis);
    }
    return map;
  }

  /**
   * Reads the map of this or an earlier version; throws {@link IllegalArgumentException} that names
   * the wrong field.
   */
  public static SourceOffset fromMap(Map<String, ?> map) {
    require(map.get(VERSION) instanceof Number, "'version' must be a number");
    long version = ((Number) map.get(VERSION)).longValue();
    require(version == FORMAT, "'version' is " + version + ", this connector reads " + FORMAT);
    Object state = map.get(STATE);
    if (STATE_LISTING.equals(state)) {
      return LISTING;
    }
    require(
        STATE_WATCHING.equals(state),
        "'state' must be '" + STATE_WATCHING + "' or '" + STATE_LISTING + "'");
    String resourceVersion = map.get(RESOURCE_VERSION) instanceof String text ? text : "";
    require(!resourceVersion.isEmpty(), "'resourceVersion' must be a string and not empty");
    Object listedAt = map.get(LISTED_AT) == null ? 0L : map.get(LISTED_AT);
    require(
        listedAt instanceof Number millis && millis.longValue() >= 0,
        "'listedAt' must be milliseconds since 1970, or absent");
    return new SourceOffset(resourceVersion, ((Number) listedAt).longValue());
  }

  private static void require(boolean valid, String message) {
    if (!valid) {
      throw new IllegalArgumentException("offset field " + message);
    }
  }
}
