package io.kspan.topology.gather;

import io.kspan.topology.assemble.SnapshotRetention;
import io.kspan.topology.lineage.GlobalLineage;
import io.kspan.topology.lineage.PublishedWatermarks;
import io.kspan.topology.metrics.Metric;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.model.GatherOutput;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.ObjectState;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.model.RootLog;
import io.kspan.topology.model.SpecChange;
import io.kspan.topology.names.Names;
import io.kspan.topology.time.Watermark;
import io.kspan.topology.time.WorkTimer;
import io.kspan.topology.wire.DecodedCache;
import io.kspan.topology.wire.GatherItem;
import io.kspan.topology.wire.RootKeys;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stage 2. One instance per gather partition: appends items, and when the watermarks say that a
 * session may be over, evaluates the root and forwards its finished traces.
 */
public final class GatherProcessor implements Processor<String, GatherItem, String, GatherOutput> {
  private static final Logger log = LoggerFactory.getLogger(GatherProcessor.class);
  private static final String WATERMARK = "watermark";
  private static final String STAGE = "gather";
  // Bounds the work of one punctuation; what is left is due at the next.
  private static final int ROOTS_PER_PUNCTUATION = 200;

  private final GatherSettings settings;
  private final PublishedWatermarks published;
  private final Metrics counters;
  private final RootEvaluation evaluation;
  private final ProvisionalTraces provisional;
  private ProcessorContext<String, GatherOutput> context;
  private DecodedCache<RootMeta> roots;
  private RootItems items;
  private Timers timers;
  private KeyValueStore<String, Long> watermarks;
  // Up to when this partition has everything; its own stream time is no clock, since placing tasks
  // run at different speeds in catch-up.
  private long now = Watermark.NONE;
  private GlobalLineage lineage;
  private WorkTimer timer;
  private OpenSessions open;
  // In memory only, so that a new version tries again.
  private final Map<String, Long> undigestedUntil = new HashMap<>();

  /** A gatherer of one partition. */
  public GatherProcessor(
      GatherSettings settings,
      PublishedWatermarks published,
      Metrics counters,
      SessionOutput output) {
    this.settings = settings;
    this.published = published;
    this.counters = counters;
    this.evaluation = new RootEvaluation(settings, output);
    this.provisional = new ProvisionalTraces(settings);
  }

  @Override
  public void init(ProcessorContext<String, GatherOutput> context) {
    this.context = context;
    roots = new DecodedCache<>(context.getStateStore(Names.ROOTS_STORE));
    items = new RootItems(context.getStateStore(Names.ITEMS_STORE));
    timers = new Timers(context.getStateStore(Names.TIMERS_STORE));
    watermarks = context.getStateStore(Names.GATHER_WATERMARK_STORE);
    Long stored = watermarks.get(WATERMARK);
    now = stored == null ? Watermark.NONE : stored;
    lineage = new GlobalLineage(context.getStateStore(Names.LINEAGE_STORE), Set.of());
    open = new OpenSessions(settings.trace());
    timer = new WorkTimer(context, null, time -> counters.punctuate(STAGE, this::punctuate));
  }

  @Override
  public void close() {
    String partition = Integer.toString(context.taskId().partition());
    counters.remove(Metric.WATERMARK_LAG, STAGE, partition);
    counters.remove(Metric.OPEN_ROOTS, partition);
  }

  @Override
  public void process(Record<String, GatherItem> record) {
    // Without a record no timer becomes due: time passes by watermarks only.
    timer.wake();
    GatherItem item =
        record.value() instanceof GatherItem.Received received ? received.item() : record.value();
    if (item instanceof GatherItem.Watermark watermark) {
      advance(watermark.millis());
      return;
    }
    if (item instanceof GatherItem.Deletion deletion) {
      items
          .stored()
          .last(record.key(), deletion.uid(), deletion.millis())
          .filter(last -> !last.deleted())
          .map(last -> new GatherItem.Snapshot(last.deletedAt(deletion.millis())))
          .ifPresent(deleted -> changed(record.key(), deleted, deleted));
      return;
    }
    if (item instanceof GatherItem.Snapshot snapshot) {
      changed(record.key(), snapshot, record.value());
      return;
    }
    if (item instanceof GatherItem.Occurrence occurrence) {
      items.add(record.key(), occurrence, record.value());
      EventOccurrence event = occurrence.placed().event();
      RootMeta before = meta(record.key());
      RootMeta meta = before.withOpen(true);
      open.occurred(record.key(), event, meta);
      // No session that holds it closes before the orphan window has passed.
      long earliest =
          event.receiptMillis()
              + TimeUnit.NANOSECONDS.toMillis(settings.trace().orphanWindowNanos());
      long next = settings.wholeLog() ? 0 : earliest;
      if (!before.open() && next >= meta.nextCheckMillis()) {
        roots.put(record.key(), meta);
      }
      check(record.key(), meta, next);
    }
  }

  private void advance(long watermark) {
    if (watermark > now) {
      now = watermark;
      watermarks.put(WATERMARK, watermark);
    }
  }

  private void changed(String rootKey, GatherItem.Snapshot item, GatherItem stored) {
    ObjectSnapshot object = item.object();
    items.add(rootKey, item, stored);
    if (object.failing()) {
      open.failing(rootKey);
    }
    RootMeta meta = meta(rootKey);
    boolean begins = settings.changes() && mayBegin(rootKey, object, meta);
    if (begins) {
      open.begins(rootKey);
    }
    check(rootKey, meta, object.receiptMillis() + (begins ? 0 : spacing(rootKey, object)));
  }

  /**
   * Whether a change may begin with a version of an object, so that its root is evaluated at once.
   * Not with the first version of a root that is old: of those a list brings many.
   */
  private boolean mayBegin(String rootKey, ObjectSnapshot object, RootMeta meta) {
    long recent =
        TimeUnit.MILLISECONDS.toNanos(object.receiptMillis()) - settings.trace().inactivityNanos();
    SpecChange spec = object.specChange();
    return object.uid().equals(RootKeys.rootOf(rootKey))
        && object.generation() > meta.begunUpTo()
        && (meta.begunUpTo() != Long.MIN_VALUE
            || object.creationNanos() >= recent
            || spec != null && spec.timeNanos() >= recent);
  }

  /**
   * How long after a change of an object a session of its tree can end by it at the earliest: an
   * incident ends it at once, another state after the quiet time, and what is still unsettled only
   * has to be pruned later.
   */
  private long spacing(String rootKey, ObjectSnapshot object) {
    if (object.failing()) {
      return 0;
    }
    // Not by a missing owner: a root below a boundary kind has one.
    boolean isRoot = object.uid().equals(RootKeys.rootOf(rootKey));
    boolean mayEnd = isRoot || object.deleted() || object.state() != ObjectState.UNSETTLED;
    return mayEnd
        ? open.quietMillis()
        : TimeUnit.NANOSECONDS.toMillis(settings.trace().inactivityNanos());
  }

  private RootMeta meta(String rootKey) {
    RootMeta meta = roots.get(rootKey);
    return meta == null ? RootMeta.fresh() : meta;
  }

  /**
   * Has the root evaluated no later than {@code millis}: stores {@code known} with that timer,
   * unless an earlier one is set.
   */
  private void check(String rootKey, RootMeta known, long millis) {
    if (millis < known.nextCheckMillis()) {
      timers.cancel(known.nextCheckMillis(), rootKey);
      timers.set(millis, rootKey);
      roots.put(rootKey, known.withTimer(millis));
    }
  }

  private void punctuate() {
    int partition = context.taskId().partition();
    counters.watermark(STAGE, partition, now);
    counters.set(Metric.OPEN_ROOTS, open.openRoots(), Integer.toString(partition));
    // The copy of the lineage topic on this instance can be behind that of the placing task.
    long complete = Math.min(now, published.complete());
    lineage.refresh();
    List<Timers.Timer> due =
        complete == Watermark.NONE ? List.of() : timers.due(complete, ROOTS_PER_PUNCTUATION);
    for (Timers.Timer next : due) {
      evaluateDue(next.rootKey(), complete);
      timers.remove(next);
    }
    if (due.isEmpty() && complete == now) {
      timer.sleep();
      if (now == Watermark.END_OF_INPUT) {
        counters.drained(context.taskId().partition());
      }
    }
  }

  /**
   * Evaluates a root. A failure of the model is handled here; any other failure means that the
   * store or the trace is not written, so the transaction must not commit.
   *
   * @throws KafkaException for which the exception handler stops the instance
   */
  private void evaluateDue(String rootKey, long nowMillis) {
    try {
      evaluate(rootKey, nowMillis);
    } catch (KafkaException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new StreamsException(
          "Cannot store or forward the traces of %s in cluster %s"
              .formatted(RootKeys.rootOf(rootKey), RootKeys.clusterOf(rootKey)),
          e);
    }
  }

  private void evaluate(String rootKey, long nowMillis) {
    RootMeta before = meta(rootKey).withTimer(RootMeta.NO_TIMER);
    long notBefore =
        Math.max(
            Math.min(open.notOverBefore(rootKey), provisionalAt(open.sinceMillis(rootKey), before)),
            undigestedUntil.getOrDefault(rootKey, Long.MIN_VALUE));
    if (nowMillis < notBefore) {
      check(rootKey, before, notBefore);
      return;
    }
    undigestedUntil.remove(rootKey);
    RootLog tree = items.stored().load(rootKey, lineage.cluster(RootKeys.clusterOf(rootKey)));
    evaluate(rootKey, tree, before, nowMillis);
  }

  private void evaluate(String rootKey, RootLog tree, RootMeta before, long nowMillis) {
    RootEvaluation.Result result;
    try {
      result = evaluation.evaluate(tree, before, nowMillis);
    } catch (RuntimeException e) {
      // The model is a pure function: whatever it throws is about this root, and no other.
      failed(rootKey, tree, before, nowMillis, e);
      return;
    }
    result
        .changes()
        .forEach(change -> forward(RootKeys.change(rootKey, change.generation()), change));
    result.traces().forEach(this::forward);
    result.closed().forEach(o -> items.remove(rootKey, new GatherItem.Occurrence(o)));
    keep(rootKey, result, provisional(result, nowMillis), nowMillis);
  }

  /** When the roots of a session that is open since then are written as provisional. */
  private long provisionalAt(long sinceMillis, RootMeta meta) {
    boolean never =
        settings.provisionalAfterMillis() == GatherSettings.NEVER
            || sinceMillis == Long.MAX_VALUE
            || sinceMillis == meta.provisionalMillis();
    return never ? GatherSettings.NEVER : sinceMillis + settings.provisionalAfterMillis();
  }

  /** Writes the roots of what is open for long; once for each session. */
  private RootMeta provisional(RootEvaluation.Result result, long nowMillis) {
    RootMeta meta = result.meta();
    long since = OpenSessions.sinceMillis(result.rest(), meta);
    long at = provisionalAt(since, meta);
    if (at == GatherSettings.NEVER || nowMillis < at) {
      return meta;
    }
    List<FinishedTrace> traces = List.of();
    try {
      traces = provisional.rootSpans(result.rest(), meta, Instant.ofEpochMilli(nowMillis));
    } catch (RuntimeException e) {
      counters.count(Metric.FAILED_EVALUATIONS);
      log.error("Cannot assemble what is open of {}", result.rest().root(), e);
    }
    traces.forEach(trace -> forward(trace.traceId(), trace));
    return meta.provisional(since);
  }

  /**
   * A root whose traces cannot be assembled must not delay all others. Its events wait for a
   * version that can assemble them, as long as roots are remembered, and are dropped then.
   */
  private void failed(
      String rootKey, RootLog tree, RootMeta before, long nowMillis, RuntimeException reason) {
    counters.count(Metric.FAILED_EVALUATIONS);
    Object root = tree.root() == null ? RootKeys.rootOf(rootKey) : tree.root().reference();
    List<PlacedOccurrence> undigested = tree.occurrences();
    long oldest =
        undigested.stream().mapToLong(o -> o.event().receiptMillis()).min().orElse(nowMillis);
    long dropAt = Watermark.plus(oldest, settings.retentionMillis());
    if (undigested.isEmpty() || nowMillis < dropAt) {
      log.error(
          "Cannot assemble the traces of {} in cluster {}; its events are kept until {}, for a version that can",
          root,
          tree.cluster().name(),
          Instant.ofEpochMilli(dropAt),
          reason);
      undigestedUntil.put(rootKey, dropAt);
      check(rootKey, before, dropAt);
      return;
    }
    counters.add(Metric.DROPPED_EVENTS, undigested.size());
    log.error(
        "Cannot assemble the traces of {} in cluster {}; its {} events are dropped",
        root,
        tree.cluster().name(),
        undigested.size(),
        reason);
    undigested.forEach(o -> items.remove(rootKey, new GatherItem.Occurrence(o)));
    RootLog rest = new RootLog(tree.cluster(), tree.root(), List.of(), tree.snapshots());
    evaluate(rootKey, rest, before.withOpen(false), nowMillis);
  }

  /** Stores what is left of a root, and when to evaluate it again: {@code meta} has no timer. */
  private void keep(String rootKey, RootEvaluation.Result result, RootMeta meta, long nowMillis) {
    open.evaluated(rootKey, result.rest(), meta);
    if (nowMillis == Watermark.END_OF_INPUT) {
      roots.put(rootKey, meta);
      return;
    }
    if (meta.open()) {
      long next = millis(Math.min(result.nextCheckNanos(), result.nextBeginNanos()));
      long shown = provisionalAt(open.sinceMillis(rootKey), meta);
      check(rootKey, meta, Math.max(Math.min(next, shown), nowMillis + 1));
    }
    result.snapshots().pruned().forEach(s -> items.remove(rootKey, new GatherItem.Snapshot(s)));
    if (!meta.open()) {
      forget(rootKey, result, meta, nowMillis);
    }
  }

  /** Nothing of the root is open: forgets it, or sets the time at which more can be forgotten. */
  private void forget(String rootKey, RootEvaluation.Result result, RootMeta meta, long nowMillis) {
    SnapshotRetention.Pruned pruned = result.snapshots();
    long forgetAt =
        pruned.kept().isEmpty()
            ? meta.lastSessionEndMillis() + settings.retentionMillis()
            : pruned.nextMillis();
    if (pruned.kept().isEmpty() && forgetAt <= nowMillis) {
      roots.remove(rootKey);
    } else {
      long next = Math.min(forgetAt, millis(result.nextBeginNanos()));
      check(rootKey, meta, Math.max(next, nowMillis + 1));
    }
  }

  private void forward(FinishedTrace trace) {
    Map<String, Object> said = trace.root().attributes();
    counters.count(
        Metric.FINISHED_TRACES,
        said.getOrDefault("kspan.finished.by", "").toString(),
        said.getOrDefault("kspan.outcome", "").toString());
    forward(trace.traceId(), (GatherOutput) trace);
  }

  private void forward(String key, GatherOutput output) {
    // Stamped with the clock: what an Event says may be far off, and a broker can refuse that.
    context.forward(new Record<>(key, output, context.currentSystemTimeMs()));
  }

  private static long millis(long nanos) {
    return nanos == Long.MAX_VALUE
        ? RootMeta.NO_TIMER - 1
        : TimeUnit.NANOSECONDS.toMillis(nanos) + 1;
  }
}
