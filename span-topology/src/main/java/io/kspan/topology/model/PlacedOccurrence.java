package io.kspan.topology.model;

import java.util.Comparator;
import java.util.List;

/**
 * An occurrence with the object it is about and that object's owners, as known when it was placed.
 *
 * @param event the occurrence
 * @param object the incarnation it is about
 * @param owners from the object's owner up to the root inclusive; empty if the object is the root
 * @param inferred how an owner was guessed: {@code namesake}, {@code mention} or {@code none};
 *     empty if nothing was guessed
 * @param unseen how many occurrences of the Event its count jumped over
 * @param links to changes of other trees
 */
public record PlacedOccurrence(
    EventOccurrence event,
    ObjectIdentity object,
    List<ObjectIdentity> owners,
    String inferred,
    long unseen,
    List<PlacedLink> links) {

  /** {@link EventOccurrence#BY_TIME}. */
  public static final Comparator<PlacedOccurrence> BY_TIME =
      Comparator.comparing(PlacedOccurrence::event, EventOccurrence.BY_TIME);

  public PlacedOccurrence {
    owners = List.copyOf(owners);
    links = List.copyOf(links);
  }

  /** An occurrence that points to no other tree. */
  public PlacedOccurrence(
      EventOccurrence event,
      ObjectIdentity object,
      List<ObjectIdentity> owners,
      String inferred,
      long unseen) {
    this(event, object, owners, inferred, unseen, List.of());
  }

  /** The same, with the number of occurrences that the count jumped over. */
  public PlacedOccurrence withUnseen(long occurrences) {
    return new PlacedOccurrence(event, object, owners, inferred, occurrences, links);
  }

  /** The same, pointing to changes of other trees. */
  public PlacedOccurrence withLinks(List<PlacedLink> others) {
    return others.isEmpty()
        ? this
        : new PlacedOccurrence(event, object, owners, inferred, unseen, others);
  }

  /** The top of the owner chain. */
  public ObjectIdentity root() {
    return owners.isEmpty() ? object : owners.get(owners.size() - 1);
  }

  /** Whether the occurrence is about the root itself. */
  public boolean aboutRoot() {
    return owners.isEmpty();
  }
}
