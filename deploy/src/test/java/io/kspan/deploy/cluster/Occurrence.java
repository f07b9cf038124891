package io.kspan.deploy.cluster;

/**
 * What an Event says for one of its counts.
 *
 * @param count 0 of an Event that does not count
 */
record Occurrence(String eventUid, long count) implements Comparable<Occurrence> {
  @Override
  public int compareTo(Occurrence other) {
    int byUid = eventUid.compareTo(other.eventUid);
    return byUid == 0 ? Long.compare(count, other.count) : byUid;
  }
}
