package io.kspan.topology.place;

import io.kspan.topology.assemble.CauseRule;
import io.kspan.topology.assemble.CauseRules;
import io.kspan.topology.assemble.DeliveryRules;
import io.kspan.topology.envelope.InputRecord;
import io.kspan.topology.lineage.GlobalLineage;
import io.kspan.topology.lineage.LineageKeys;
import io.kspan.topology.lineage.PublishedWatermarks;
import io.kspan.topology.metrics.Metric;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.model.Delivery;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.Mention;
import io.kspan.topology.model.ObjectReference;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.names.Names;
import io.kspan.topology.time.IdlePartitions;
import io.kspan.topology.time.Publishing;
import io.kspan.topology.time.Watermark;
import io.kspan.topology.time.WorkTimer;
import io.kspan.topology.wire.GatherItem;
import io.kspan.topology.wire.LineageRecord;
import io.kspan.topology.wire.PlaceOutput;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stage 1: who is who, who owns whom, and under which root each item hangs. One instance per pair
 * of input partitions, called by its stream thread: {@link #process} for each record of either
 * input, {@link #punctuate} by the wall clock.
 *
 * <p>Every item waits in the order of its receipt until its root can be decided. The punctuation
 * only looks whether that is so; the decision depends on receipts alone.
 */
public final class PlaceProcessor implements Processor<byte[], InputRecord, String, PlaceOutput> {
  private static final Logger log = LoggerFactory.getLogger(PlaceProcessor.class);
  private static final String STAGE = "place";
  private static final double MILLIS_PER_SECOND = 1e3;
  // Any key but null, which Kafka Streams drops before a repartition topic.
  private static final String WATERMARK_KEY = "watermark";
  private static final long HAND_OVER_INTERVAL_MILLIS = 1000;

  private final PlaceSettings settings;
  private final CauseRules causes;
  private final IdlePartitions idle;
  private final PublishedWatermarks published;
  private final Metrics counters;
  private final DeliveryRules deliveries;
  private final Set<CauseRule> abandonedRules = new HashSet<>();
  private ProcessorContext<String, PlaceOutput> context;
  private int task;
  private ObjectIndex objects;
  private KeyValueStore<String, Long> kinds;
  private SeenOccurrences seen;
  private FirstEvents firstEvents;
  private PendingBuffer pending;
  private MissingObjects missing;
  private LineageRetention retention;
  private TaskWatermark watermark;
  private WorkTimer timer;
  private boolean hasRead;
  private boolean isForgetting;
  private long handedOverAtMillis = Long.MIN_VALUE;
  private long nextHeartbeatMillis = Long.MIN_VALUE;

  /** A processor of one task. */
  public PlaceProcessor(
      PlaceSettings settings,
      CauseRules causes,
      IdlePartitions idle,
      PublishedWatermarks published,
      Metrics counters) {
    this.settings = settings;
    this.causes = causes;
    this.idle = idle;
    this.published = published;
    this.counters = counters;
    this.deliveries = settings.deliveries();
  }

  @Override
  public void init(ProcessorContext<String, PlaceOutput> context) {
    this.context = context;
    task = context.taskId().partition();
    GlobalLineage lineage =
        new GlobalLineage(context.getStateStore(Names.LINEAGE_STORE), settings.watchedKinds());
    objects = new ObjectIndex(context.getStateStore(Names.OBJECTS_STORE), settings.boundaryKinds());
    kinds = context.getStateStore(Names.KINDS_STORE);
    pending =
        new PendingBuffer(
            context.getStateStore(Names.PENDING_STORE),
            lineage,
            new OwnerRules(settings.boundaryKinds()),
            settings,
            counters);
    seen =
        new SeenOccurrences(
            context.getStateStore(Names.SEEN_STORE),
            pending,
            settings.rememberedMillis(),
            settings.dedupeWindowMillis());
    firstEvents =
        new FirstEvents(
            context.getStateStore(Names.FIRST_EVENTS_STORE),
            objects,
            settings.unseenLookbackMillis());
    missing =
        new MissingObjects(
            objects,
            context.getStateStore(Names.MISSING_STORE),
            lineage,
            settings.missedDeletionDelayMillis());
    retention = new LineageRetention(context.getStateStore(Names.RETENTION_STORE));
    watermark =
        new TaskWatermark(context.getStateStore(Names.TASK_WATERMARKS_STORE), task, settings, idle);
    timer =
        new WorkTimer(
            context,
            WorkTimer.sleepWithin(settings.idleGraceMillis()),
            now -> counters.punctuate(STAGE, () -> punctuate(now)));
  }

  @Override
  public void close() {
    String partition = Integer.toString(task);
    counters.remove(Metric.WATERMARK_LAG, STAGE, partition);
    counters.remove(Metric.WATERMARK_HELD, partition);
    counters.remove(Metric.PENDING_ORPHANS, partition);
  }

  @Override
  public void process(Record<byte[], InputRecord> record) {
    InputRecord input = InputRecord.complete(record.value(), record.timestamp());
    boolean isEvents =
        context.recordMetadata().orElseThrow().topic().equals(settings.eventsTopic());
    if (input instanceof InputRecord.Occurrence occurrence) {
      // Also in the objects topic, for producers that write everything there.
      occurred(occurrence.cluster(), occurrence.event());
    } else if (!isEvents && input instanceof InputRecord.Snapshot snapshot) {
      changed(
          snapshot.cluster(),
          snapshot.object().withSequence(context.recordMetadata().orElseThrow().offset()));
    } else if (!isEvents
        && input instanceof InputRecord.Listed listed
        && !listed.kind().isEmpty()) {
      listed(listed);
    }
    watermark.read(isEvents, input);
    hasRead = true;
    timer.wake();
  }

  private void occurred(String cluster, EventOccurrence received) {
    if (!seen.isFirst(cluster, received)) {
      counters.count(Metric.DUPLICATES);
      return;
    }
    counters.count(Metric.EVENTS);
    EventOccurrence event = causes.withCause(received, this::abandoned);
    if (event.receiptMillis() <= watermark.decided()) {
      counters.count(Metric.LATE_EVENTS);
    }
    pending.add(PendingItem.occurrence(cluster, event));
    long forgetAt = event.receiptMillis() + settings.unseenLookbackMillis();
    // Also of an object that was seen: it may have been deleted before, which may not be known yet.
    if (event.cause() != null) {
      ObjectReference named = event.cause().named();
      remember(
          LineageKeys.mention(cluster, named, event.id()),
          new LineageRecord.Mentioned(cluster, named, Mention.of(event)),
          forgetAt);
    }
    firstEvents
        .add(cluster, event)
        .ifPresent(
            first ->
                remember(
                    LineageKeys.firstEvents(cluster, first.uid(), first.reference()),
                    first,
                    forgetAt));
  }

  private void abandoned(CauseRule rule) {
    counters.count(Metric.ABANDONED_CAUSE_RULES);
    if (abandonedRules.add(rule)) {
      log.warn(
          "The cause rule for {} of {} takes too long for some messages and does not match them; if it is one of yours, simplify {}",
          rule.reason(),
          rule.involvedKind(),
          rule.message());
    }
  }

  private void remember(String key, LineageRecord record, long forgetAtMillis) {
    toLineage(key, record);
    retention.schedule(forgetAtMillis, key, "");
  }

  private void changed(String cluster, ObjectSnapshot object) {
    counters.count(Metric.OBJECTS);
    ObjectIndex.Update update = objects.add(cluster, object);
    String lineageKey = LineageKeys.object(cluster, object.uid());
    if (update.published() != null) {
      toLineage(lineageKey, new LineageRecord.Known(cluster, update.published()));
    }
    if (update.notDeletedMillis() > 0) {
      pending.remove(
          PendingItem.deletion(cluster, object.identity(), update.notDeletedMillis()).storeKey());
    }
    if (update.isCopy()) {
      counters.count(Metric.DUPLICATES);
      return;
    }
    ObjectSnapshot version = deliveries.begin(cluster, object, update.published());
    if (version.delivery() != null) {
      Delivery.Change change = Delivery.Change.of(version);
      remember(
          LineageKeys.delivery(version.delivery().id(), change),
          new LineageRecord.Delivered(change),
          object.receiptMillis() + deliveries.periodMillis());
    }
    pending.add(PendingItem.version(cluster, version, update.isChange()));
    update.changes().forEach(v -> pending.reassess(cluster, object.uid(), v, true));
    update.repeats().forEach(v -> pending.reassess(cluster, object.uid(), v, false));
    if (object.deleted()) {
      retention.schedule(
          object.receiptMillis() + settings.deletedRetentionMillis(),
          lineageKey,
          ObjectIndex.key(cluster, object.uid()));
    }
  }

  /**
   * Publishes the kind, the first time only, since every list announces it again; and the list,
   * since other tasks have objects of its scope and do not read it.
   */
  private void listed(InputRecord.Listed listed) {
    String cluster = listed.cluster();
    long receipt = listed.observedAtMillis();
    if (listed.startedAtMillis() > 0) {
      String key =
          LineageKeys.list(receipt, cluster, listed.group(), listed.kind(), listed.namespace());
      toLineage(
          key,
          new LineageRecord.WatchedKind(
              cluster,
              listed.kind(),
              receipt,
              listed.group(),
              listed.namespace(),
              listed.startedAtMillis()));
      retention.schedule(receipt + settings.missedDeletionDelayMillis(), key, "");
    }
    String kind = cluster + "/" + listed.kind();
    Long announced = kinds.get(kind);
    if (announced == null || receipt < announced) {
      kinds.put(kind, receipt);
      toLineage(
          LineageKeys.kind(cluster, listed.kind(), task),
          new LineageRecord.WatchedKind(cluster, listed.kind(), receipt));
    }
  }

  private void punctuate(long wallClockMillis) {
    long newest = newestMillis();
    long read = watermark.readUntil();
    if (!timer.isAwake() && !isAwaited(read, newest) && wallClockMillis < nextHeartbeatMillis) {
      return;
    }
    nextHeartbeatMillis = wallClockMillis + Publishing.HEARTBEAT_MILLIS;
    findMissing(read);
    long complete = Math.min(read, missing.bound());
    boolean more = pending.decide(published.complete(), this::toGather);
    long oldest = pending.oldestMillis();
    long decided = oldest == Watermark.END_OF_INPUT ? complete : Math.min(complete, oldest - 1);
    watermark
        .toPublish(read, complete, decided, newest)
        .ifPresent(watermarks -> toLineage(LineageKeys.task(task), watermarks));
    handOver(newest, wallClockMillis);
    report(complete, decided);
    if (hasRead || more || isForgetting || missing.isSearching() || isAwaited(read, newest)) {
      timer.wake();
    } else {
      timer.sleep();
    }
    hasRead = false;
  }

  private void report(long complete, long decided) {
    String partition = Integer.toString(task);
    boolean isHeld =
        decided != Watermark.NONE && decided < complete && complete != Watermark.END_OF_INPUT;
    counters.watermark(STAGE, task, complete);
    counters.set(
        Metric.WATERMARK_HELD, isHeld ? (complete - decided) / MILLIS_PER_SECOND : 0, partition);
    counters.setAll(Metric.PENDING_ORPHANS, pending.waitingByKind(), partition);
  }

  /** Whether gather may wait for a watermark of this task. */
  private boolean isAwaited(long read, long newestMillis) {
    long handedOver = watermark.handedOver();
    return settings.publishing().isAwaited(handedOver, newestMillis)
        || read == Watermark.END_OF_INPUT && handedOver != Watermark.END_OF_INPUT;
  }

  private long newestMillis() {
    return Math.max(watermark.newestMillis(), published.newestMillis());
  }

  private void findMissing(long read) {
    if (missing.isDue(read)) {
      missing.search(Math.min(read, published.read())).forEach(this::missing);
    }
  }

  private void missing(MissingObjects.Missing found) {
    counters.count(Metric.MISSED_DELETIONS);
    String cluster = found.cluster();
    String lineageKey = LineageKeys.object(cluster, found.object().uid());
    toLineage(
        lineageKey,
        new LineageRecord.Known(cluster, objects.missing(found.key(), found.deletedMillis())));
    pending.add(PendingItem.deletion(cluster, found.object(), found.deletedMillis()));
    retention.schedule(
        found.deletedMillis() + settings.deletedRetentionMillis(), lineageKey, found.key());
  }

  /**
   * Sends what all tasks have decided to the gather partition of the same number, and forgets what
   * no task looks up any more. A decided watermark is visible here only when the transactions that
   * sent the items before it are committed; so this record lies behind all of them, whichever task
   * sent them, and gather reads a partition in order.
   */
  private void handOver(long newestMillis, long wallClockMillis) {
    long decided = published.decided();
    boolean isSoon =
        handedOverAtMillis != Long.MIN_VALUE
            && wallClockMillis - handedOverAtMillis < HAND_OVER_INTERVAL_MILLIS;
    if ((!isSoon || decided == Watermark.END_OF_INPUT)
        && settings.publishing().isDue(decided, watermark.handedOver(), newestMillis)) {
      handedOverAtMillis = wallClockMillis;
      watermark.handOver(decided);
      send(WATERMARK_KEY, new GatherItem.Watermark(task, decided), wallClockMillis);
      isForgetting = decided != Watermark.END_OF_INPUT;
    }
    if (isForgetting) {
      isForgetting = forget(watermark.handedOver());
    }
  }

  /** Whether there is more to forget. */
  private boolean forget(long decidedMillis) {
    boolean more =
        retention.due(decidedMillis, (key, object) -> forget(key, object, decidedMillis));
    return seen.forgetBefore(decidedMillis - settings.dedupeWindowMillis()) || more;
  }

  private void forget(String lineageKey, String objectKey, long decidedMillis) {
    if (objectKey.isEmpty()) {
      toLineage(
          lineageKey,
          LineageKeys.isFirstEvents(lineageKey)
              ? firstEvents.forget(lineageKey, decidedMillis)
              : null);
    } else if (objects.forget(objectKey, decidedMillis - settings.deletedRetentionMillis())) {
      toLineage(lineageKey, null);
    }
  }

  private void toGather(PendingBuffer.Placed placed) {
    GatherItem item = placed.item();
    if (item instanceof GatherItem.Occurrence occurrence) {
      PlacedOccurrence known = occurrence.placed();
      if (!known.inferred().isEmpty()) {
        counters.count(Metric.INFERRED_OWNERS);
      }
      item =
          new GatherItem.Occurrence(
              known.withUnseen(seen.unseenBefore(placed.cluster(), known.event())));
    }
    send(placed.rootKey(), item, placed.receiptMillis());
  }

  /** Stamped with the clock: the stamp is not used, and a receipt may be one that is refused. */
  private void toLineage(String key, LineageRecord record) {
    context.forward(new Record<>(key, record, context.currentSystemTimeMs()));
  }

  private void send(String key, GatherItem item, long timestampMillis) {
    context.forward(new Record<>(key, item, Math.max(0, timestampMillis)));
  }
}
