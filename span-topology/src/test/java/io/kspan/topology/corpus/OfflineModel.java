package io.kspan.topology.corpus;

import io.kspan.topology.assemble.Assembler;
import io.kspan.topology.assemble.CauseRules;
import io.kspan.topology.assemble.Session;
import io.kspan.topology.assemble.Sessions;
import io.kspan.topology.assemble.TraceSettings;
import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.envelope.EnvelopeReader;
import io.kspan.topology.envelope.InputRecord;
import io.kspan.topology.lineage.LineageView;
import io.kspan.topology.model.Cluster;
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
import io.kspan.topology.otlp.OtlpEncoder;
import io.kspan.topology.place.OwnerRules;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The trace model without Kafka: a whole log in memory, the same rules as the topology. What the
 * topology is compared with.
 */
public final class OfflineModel implements LineageView {
  private static final long DEDUPE_WINDOW_MILLIS = 2 * 3_600_000;

  private final TraceSettings settings;
  private final OwnerRules owners =
      new OwnerRules(
          new TopologyConfig(Map.of("bootstrap.servers", "nowhere:9092")).boundaryKinds());
  private final CauseRules rules = CauseRules.shipped();
  private final EnvelopeReader reader =
      new EnvelopeReader(
          "default", "topLevelSpan", List.of("traceparent", "tracing.k8s.io/traceparent"));
  private final NavigableMap<String, EventOccurrence> occurrences = new TreeMap<>();
  private final List<ObjectSnapshot> snapshots = new ArrayList<>();
  private final Map<String, Lineage> lineages = new HashMap<>();
  private final Map<ObjectReference, List<Mention>> mentions = new HashMap<>();
  private Cluster cluster = Cluster.named("");

  public OfflineModel(TraceSettings settings) {
    this.settings = settings;
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
  public record Written(Session session, List<FinishedTrace> traces) {}

  /** All sessions of all roots. */
  public List<Written> sessions() {
    List<Written> sessions = new ArrayList<>();
    rootLogs().forEach(log -> sessions.addAll(assemble(log)));
    return sessions;
  }

  /** The requests of all traces of {@code envelopes} in hex, sorted. */
  public static List<String> requests(List<byte[]> envelopes) {
    OfflineModel model = new OfflineModel(TraceSettings.defaults());
    envelopes.forEach(model::add);
    OtlpEncoder encoder = new OtlpEncoder();
    return model.traces().stream()
        .flatMap(trace -> encoder.encode(trace).stream())
        .map(HexFormat.of()::formatHex)
        .sorted()
        .toList();
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
    // Placing lets no copy through either.
    List<ObjectSnapshot> originals = RootLog.of(cluster, null, List.of(), snapshots).snapshots();
    snapshots.clear();
    snapshots.addAll(originals);
    TreeMap<Long, String> clusterUids = new TreeMap<>();
    for (ObjectSnapshot snapshot : snapshots) {
      lineages.merge(snapshot.uid(), Lineage.of(snapshot), Lineage::merge);
      if (Cluster.IDENTITY.equals(snapshot.reference())
          && !clusterUids.containsValue(snapshot.uid())) {
        clusterUids.put(snapshot.receiptMillis(), snapshot.uid());
      }
    }
    cluster = new Cluster(cluster.name(), clusterUids);
    for (EventOccurrence event : occurrences.values()) {
      if (event.cause() != null) {
        mentions
            .computeIfAbsent(event.cause().named(), n -> new ArrayList<>())
            .add(
                new Mention(
                    event.timeNanos(),
                    event.receiptMillis(),
                    event.id(),
                    ObjectIdentity.named(
                        event.involvedUid(), event.involved(), event.involvedApiVersion())));
      }
    }
    long window = settings.orphanWindowNanos() / 1_000_000;
    Map<String, List<PlacedOccurrence>> byRoot = new TreeMap<>();
    Map<String, ObjectIdentity> roots = new HashMap<>();
    for (EventOccurrence event : occurrences.values()) {
      PlacedOccurrence placed =
          this.owners
              .decide(event, this, event.receiptMillis() + window)
              .withUnseen(unseenBefore(event));
      byRoot.computeIfAbsent(placed.root().key(), r -> new ArrayList<>()).add(placed);
      roots.merge(placed.root().key(), placed.root(), (a, b) -> a.seen() || !b.seen() ? a : b);
    }
    Map<String, List<ObjectSnapshot>> trees = new HashMap<>();
    for (ObjectSnapshot snapshot : snapshots) {
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
    List<RootLog> logs = new ArrayList<>();
    byRoot.forEach(
        (root, placed) ->
            logs.add(
                RootLog.of(cluster, roots.get(root), placed, trees.getOrDefault(root, List.of()))));
    return logs;
  }

  private long unseenBefore(EventOccurrence event) {
    long number = Math.max(1, event.count());
    long highest =
        occurrences.values().stream()
            .filter(e -> !e.id().equals(event.id()) && isSeries(e, event))
            .filter(e -> e.receiptMillis() <= event.receiptMillis())
            .filter(e -> e.receiptMillis() >= event.receiptMillis() - DEDUPE_WINDOW_MILLIS)
            .mapToLong(e -> Math.max(1, e.count()))
            .max()
            .orElse(0);
    return Math.max(0, number - 1 - highest);
  }

  private static boolean isSeries(EventOccurrence a, EventOccurrence b) {
    return a.namespace().equals(b.namespace())
        && a.name().equals(b.name())
        && a.involved().equals(b.involved())
        && a.firstTimeNanos() == b.firstTimeNanos();
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
      traces.add(new Written(closed.get(), assembled.traces()));
      written = written.and(assembled.generations());
      closedUntil = closed.get().endNanos();
      List<PlacedOccurrence> open = new ArrayList<>(rest.occurrences());
      open.removeAll(closed.get().occurrences());
      rest = new RootLog(log.cluster(), log.root(), open, log.snapshots());
    }
  }

  @Override
  public Optional<Lineage> byUid(String uid) {
    return Optional.ofNullable(lineages.get(uid));
  }

  @Override
  public List<Lineage> byReference(ObjectReference reference) {
    return lineages.values().stream()
        .filter(l -> l.identity().reference().equals(reference))
        .toList();
  }

  @Override
  public List<Mention> mentions(ObjectReference reference) {
    return mentions.getOrDefault(reference, List.of());
  }

  @Override
  public OptionalLong earliestEvent(ObjectIdentity object, long untilMillis) {
    return occurrences.values().stream()
        .filter(e -> e.receiptMillis() <= untilMillis)
        .filter(
            e -> e.involved().equals(object.reference()) && e.involvedUid().equals(object.uid()))
        .mapToLong(EventOccurrence::timeNanos)
        .min();
  }
}
