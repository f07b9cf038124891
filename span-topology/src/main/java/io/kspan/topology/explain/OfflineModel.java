package io.kspan.topology.explain;

import io.kspan.topology.assemble.Assembler;
import io.kspan.topology.assemble.CauseRules;
import io.kspan.topology.assemble.DeliveryRules;
import io.kspan.topology.assemble.Session;
import io.kspan.topology.assemble.Sessions;
import io.kspan.topology.assemble.TraceSettings;
import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.envelope.EnvelopeReader;
import io.kspan.topology.envelope.InputRecord;
import io.kspan.topology.lineage.LineageView;
import io.kspan.topology.model.Cluster;
import io.kspan.topology.model.Delivery;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.model.Lineage;
import io.kspan.topology.model.Mention;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectReference;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.model.RootLog;
import io.kspan.topology.model.WrittenGenerations;
import io.kspan.topology.place.OwnerRules;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The trace model without Kafka: a whole log in memory, the same rules as the topology. It explains
 * captures, and the topology is compared with it.
 *
 * <p>For one thread.
 */
public final class OfflineModel implements LineageView {
  private final TraceSettings settings;
  private final OwnerRules owners;
  private final CauseRules rules;
  private final EnvelopeReader reader;
  private final long dedupeWindowMillis;
  private final DeliveryRules deliveries;
  private final Map<String, List<Delivery.Change>> delivered = new HashMap<>();
  private final NavigableMap<String, EventOccurrence> occurrences = new TreeMap<>();
  private final List<ObjectSnapshot> snapshots = new ArrayList<>();
  private final Map<String, Lineage> lineages = new HashMap<>();
  private final Map<ObjectReference, List<Lineage>> lineagesByReference = new HashMap<>();
  private final Map<ObjectReference, List<EventOccurrence>> byInvolved = new HashMap<>();
  private final Map<ObjectReference, List<Mention>> mentions = new HashMap<>();
  private Cluster cluster = Cluster.named("");

  /** The model under {@code config}, with {@code settings} for its times. */
  public OfflineModel(TopologyConfig config, TraceSettings settings) {
    this.settings = settings;
    this.owners = new OwnerRules(config.boundaryKinds());
    this.rules = config.causeRules();
    this.dedupeWindowMillis = config.dedupeWindowMillis();
    this.deliveries = new DeliveryRules(config.deliveryWindowMillis(), dedupeWindowMillis);
    this.reader = config.envelopeReader((expression, problem) -> {}, annotation -> {});
  }

  /** Adds a record. */
  public void add(byte[] envelope) {
    InputRecord record = reader.read(envelope);
    if (cluster.name().isEmpty()) {
      cluster = Cluster.named(record.cluster());
    }
    if (record instanceof InputRecord.Occurrence occurrence) {
      occurrences.merge(
          occurrence.event().id(),
          rules.withCause(occurrence.event(), abandoned -> {}),
          (a, b) -> a.receiptMillis() <= b.receiptMillis() ? a : b);
    } else if (record instanceof InputRecord.Snapshot snapshot) {
      snapshots.add(snapshot.object());
    }
  }

  /** A session and its traces. */
  public record Written(Session session, Assembler.Assembled assembled) {

    public List<FinishedTrace> traces() {
      return assembled.traces();
    }
  }

  /** All sessions of all roots. */
  public List<Written> sessions() {
    List<Written> sessions = new ArrayList<>();
    rootLogs().forEach(log -> sessions.addAll(assemble(log)));
    return sessions;
  }

  /** All traces, by trace id. */
  public List<FinishedTrace> traces() {
    List<FinishedTrace> traces = new ArrayList<>();
    sessions().forEach(written -> traces.addAll(written.traces()));
    traces.sort(Comparator.comparing(FinishedTrace::traceId));
    return traces;
  }

  /** What was added, by root, in the order of the roots' keys. */
  public List<RootLog> rootLogs() {
    indexObjects();
    indexEvents();
    long window = settings.orphanWindowNanos() / 1_000_000;
    Map<String, List<PlacedOccurrence>> byRoot = new TreeMap<>();
    Map<String, ObjectIdentity> roots = new HashMap<>();
    for (EventOccurrence event : occurrences.values()) {
      PlacedOccurrence placed =
          owners
              .decide(event, this, event.receiptMillis() + window)
              .withUnseen(unseenBefore(event));
      byRoot.computeIfAbsent(placed.root().key(), r -> new ArrayList<>()).add(placed);
      roots.merge(placed.root().key(), placed.root(), (a, b) -> a.seen() || !b.seen() ? a : b);
    }
    Map<String, List<ObjectSnapshot>> trees = trees(window);
    List<RootLog> logs = new ArrayList<>();
    byRoot.forEach(
        (root, placed) ->
            logs.add(
                RootLog.of(cluster, roots.get(root), placed, trees.getOrDefault(root, List.of()))));
    return logs;
  }

  private void indexObjects() {
    // Placing lets no copy through either.
    List<ObjectSnapshot> originals = RootLog.of(cluster, null, List.of(), snapshots).snapshots();
    snapshots.clear();
    TreeMap<Long, String> clusterUids = new TreeMap<>();
    for (ObjectSnapshot snapshot : originals) {
      Lineage lineage = lineages.merge(snapshot.uid(), Lineage.of(snapshot), Lineage::merge);
      ObjectSnapshot version = deliveries.begin(cluster.name(), snapshot, lineage);
      snapshots.add(version);
      if (version.delivery() != null) {
        delivered
            .computeIfAbsent(version.delivery().id(), id -> new ArrayList<>())
            .add(Delivery.Change.of(version));
      }
      if (Cluster.IDENTITY.equals(snapshot.reference())
          && !clusterUids.containsValue(snapshot.uid())) {
        clusterUids.put(snapshot.receiptMillis(), snapshot.uid());
      }
    }
    cluster = new Cluster(cluster.name(), clusterUids);
    for (Lineage lineage : lineages.values()) {
      lineagesByReference
          .computeIfAbsent(lineage.identity().reference(), r -> new ArrayList<>())
          .add(lineage);
    }
  }

  private void indexEvents() {
    for (EventOccurrence event : occurrences.values()) {
      byInvolved.computeIfAbsent(event.involved(), r -> new ArrayList<>()).add(event);
      if (event.cause() != null) {
        mentions
            .computeIfAbsent(event.cause().named(), n -> new ArrayList<>())
            .add(Mention.of(event));
      }
    }
  }

  /** The snapshots of every tree; an object that was adopted is in its former trees, too. */
  private Map<String, List<ObjectSnapshot>> trees(long window) {
    Map<String, List<ObjectSnapshot>> trees = new HashMap<>();
    for (ObjectSnapshot received : snapshots) {
      ObjectSnapshot snapshot = deliveries.decide(cluster.name(), received, this::deliveries);
      ObjectIdentity object = snapshot.identity();
      OwnerRules.AsOf asOf =
          new OwnerRules.AsOf(snapshot.receiptMillis(), snapshot.receiptMillis() + window);
      OwnerRules.Chain chain =
          owners.climb(object, this, asOf, snapshot.receiptMillis() * 1_000_000);
      trees.computeIfAbsent(chain.rootOf(object).key(), r -> new ArrayList<>()).add(snapshot);
      for (String former : owners.formerRoots(object, chain, this, asOf)) {
        boolean isOwn = former.equals(object.key());
        trees
            .computeIfAbsent(former, r -> new ArrayList<>())
            .add(isOwn ? snapshot : snapshot.leaving());
      }
    }
    return trees;
  }

  private long unseenBefore(EventOccurrence event) {
    long number = event.count();
    if (number <= 1) {
      return 0; // most Events; an object can have thousands
    }
    long highest =
        byInvolved.get(event.involved()).stream()
            .filter(e -> isSeries(e, event) && !e.id().equals(event.id()))
            .filter(e -> e.receiptMillis() <= event.receiptMillis())
            .filter(e -> e.receiptMillis() >= event.receiptMillis() - dedupeWindowMillis)
            .mapToLong(e -> Math.max(1, e.count()))
            .max()
            .orElse(0);
    return Math.max(0, number - 1 - highest);
  }

  private static boolean isSeries(EventOccurrence a, EventOccurrence b) {
    return a.firstTimeNanos() == b.firstTimeNanos()
        && a.name().equals(b.name())
        && a.namespace().equals(b.namespace());
  }

  private List<Written> assemble(RootLog log) {
    Sessions sessions = new Sessions(settings, true);
    Assembler assembler = new Assembler(settings);
    List<Written> traces = new ArrayList<>();
    WrittenGenerations written = WrittenGenerations.NONE;
    RootLog rest = log;
    long closedUntil = Long.MIN_VALUE;
    while (true) {
      Optional<Session> closed = sessions.next(rest, closedUntil, Long.MAX_VALUE).closed();
      if (closed.isEmpty()) {
        return traces;
      }
      Assembler.Assembled assembled = assembler.assemble(rest, closed.get(), written);
      traces.add(new Written(closed.get(), assembled));
      written = written.and(assembled.generations());
      closedUntil = closed.get().endNanos();
      List<PlacedOccurrence> open = new ArrayList<>(rest.occurrences());
      open.removeAll(new HashSet<>(closed.get().occurrences()));
      rest = new RootLog(log.cluster(), log.root(), open, log.snapshots());
    }
  }

  @Override
  public Optional<Lineage> byUid(String uid) {
    return Optional.ofNullable(lineages.get(uid));
  }

  @Override
  public List<Lineage> byReference(ObjectReference reference) {
    return lineagesByReference.getOrDefault(reference, List.of());
  }

  @Override
  public List<Mention> mentions(ObjectReference reference) {
    return mentions.getOrDefault(reference, List.of());
  }

  @Override
  public OptionalLong earliestEvent(ObjectIdentity object, long untilMillis) {
    return byInvolved.getOrDefault(object.reference(), List.of()).stream()
        .filter(e -> e.receiptMillis() <= untilMillis && e.involvedUid().equals(object.uid()))
        .mapToLong(EventOccurrence::timeNanos)
        .min();
  }

  @Override
  public List<Delivery.Change> deliveries(String delivery, long fromMillis, long untilMillis) {
    return delivered.getOrDefault(delivery, List.of()).stream()
        .filter(c -> c.receiptMillis() >= fromMillis && c.receiptMillis() <= untilMillis)
        .toList();
  }
}
