package io.kspan.topology.place;

import io.kspan.topology.lineage.LineageView;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.Lineage;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectReference;
import io.kspan.topology.model.PlacedLink;
import io.kspan.topology.model.PlacedOccurrence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rule 8.1: the changes of other trees that an occurrence points to, as of its receipt.
 *
 * <p>Made for one decision, on its thread.
 */
final class LinkRules {
  private static final String RELATED = "related";
  private static final String CLAIM = "PersistentVolumeClaim";
  private static final String NODE = "Node";
  private static final Pattern PREEMPTED_BY = Pattern.compile("^Preempted by (?:a )?pod (\\S+)");
  private static final Pattern WAITING_FOR_POD =
      Pattern.compile("waiting for pod (\\S+) to be scheduled");

  private final OwnerRules owners;
  private final LineageView view;
  private final OwnerRules.AsOf asOf;

  LinkRules(OwnerRules owners, LineageView view, OwnerRules.AsOf asOf) {
    this.owners = owners;
    this.view = view;
    this.asOf = asOf;
  }

  /** Whether an event names another object, which may still be received or change. */
  static boolean mayPoint(EventOccurrence event) {
    return event.related() != null
        || event.reason().equals("Preempted")
        || isRescale(event)
        || event.involved().kind().equals(CLAIM) && WAITING_FOR_POD.matcher(event.message()).find();
  }

  private static boolean isRescale(EventOccurrence event) {
    return event.involved().kind().equals("HorizontalPodAutoscaler")
        && event.reason().equals("SuccessfulRescale");
  }

  List<PlacedLink> of(PlacedOccurrence placed) {
    List<PlacedLink> links = new ArrayList<>(1);
    EventOccurrence event = placed.event();
    if (event.related() != null) {
      add(links, RELATED, placed, found(event.related().uid(), event.related().reference(), event));
    } else if (event.reason().equals("Preempted")) {
      Matcher matcher = PREEMPTED_BY.matcher(event.message());
      if (matcher.find()) {
        add(links, RELATED, placed, known(matcher.group(1)).map(Lineage::identity));
      }
    }
    if (isRescale(event)) {
      add(links, "scale", placed, scaled(placed));
    }
    if (event.involved().kind().equals(CLAIM)) {
      Matcher matcher = WAITING_FOR_POD.matcher(event.message());
      if (matcher.find()) {
        ObjectReference pod =
            new ObjectReference("Pod", event.involved().namespace(), matcher.group(1));
        add(links, "claim", placed, found("", pod, event));
      }
    }
    if (placed.aboutRoot()) {
      Optional<ObjectIdentity> boundary =
          owners
              .boundaryOwner(placed.object(), view, asOf, event.timeNanos())
              .filter(owner -> !owner.reference().kind().equals(NODE));
      add(links, "owner", placed, boundary);
    }
    return links;
  }

  private Optional<Lineage> known(String uid) {
    return view.byUid(uid).filter(l -> l.firstSeenMillis() <= asOf.knownMillis());
  }

  private Optional<ObjectIdentity> found(
      String uid, ObjectReference reference, EventOccurrence event) {
    ObjectIdentity named = ObjectIdentity.named(uid, reference, "");
    return Optional.of(owners.incarnation(named, event.timeNanos(), view, asOf.knownMillis()))
        .filter(ObjectIdentity::seen);
  }

  private Optional<ObjectIdentity> scaled(PlacedOccurrence placed) {
    return known(placed.object().uid())
        .map(hpa -> hpa.scaleTargetAt(asOf.receiptMillis()))
        .flatMap(target -> found("", target, placed.event()));
  }

  private void add(
      List<PlacedLink> links, String word, PlacedOccurrence from, Optional<ObjectIdentity> to) {
    if (to.isEmpty()) {
      return;
    }
    ObjectIdentity root =
        owners.climb(to.get(), view, asOf, from.event().timeNanos()).rootOf(to.get());
    if (!root.key().equals(from.root().key()) && !root.reference().kind().equals(NODE)) {
      long generation = known(root.uid()).map(l -> l.generationAt(asOf.knownMillis())).orElse(0L);
      links.add(new PlacedLink(word, root, generation));
    }
  }
}
