package io.kspan.topology.resolve;

import io.kspan.topology.Names;
import io.kspan.topology.assemble.CauseRules;
import io.kspan.topology.envelope.InputRecord;
import io.kspan.topology.index.IndexedObject;
import io.kspan.topology.lineage.GlobalLineage;
import io.kspan.topology.lineage.LineageKeys;
import io.kspan.topology.metrics.Metric;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.model.Cluster;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.wire.GatherItem;
import io.kspan.topology.wire.LineageRecord;
import java.time.Duration;
import java.util.OptionalLong;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Stage 2. One instance per task. Everything waits in the order of its receipt until its root can
 * be decided; a wall-clock timer only looks whether that is so, and the decision depends on
 * receipts alone.
 */
public final class ResolveProcessor implements Processor<byte[], ResolveInput, String, Resolved> {
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(100);
  private static final String STAGE = "resolve";
  private static final double MILLIS_PER_SECOND = 1e3;

  private final ResolveSettings settings;
  private final CauseRules rules;
  private final IdlePartitions idle;
  private final Metrics counters;
  private ProcessorContext<String, Resolved> context;
  private GlobalLineage lineage;
  private InputProgress progress;
  private SeenOccurrences seen;
  private UnseenObjects unseen;
  private WaitingRoom waiting;
  private TaskWatermark watermark;
  private MissingObjects missing;
  private LineageExpiry expiry;
  private KeyValueStore<String, IndexedObject> objects;

  /** A resolver of one task. */
  public ResolveProcessor(
      ResolveSettings settings, CauseRules rules, IdlePartitions idle, Metrics counters) {
    this.settings = settings;
    this.rules = rules;
    this.idle = idle;
    this.counters = counters;
  }

  @Override
  public void init(ProcessorContext<String, Resolved> context) {
    this.context = context;
    KeyValueStore<String, Long> progressStore = context.getStateStore(Names.PROGRESS_STORE);
    lineage =
        new GlobalLineage(context.getStateStore(Names.LINEAGE_STORE), settings.watchedKinds());
    progress = new InputProgress(progressStore, InputProgress.EVENTS);
    expiry = new LineageExpiry(context.getStateStore(Names.EXPIRY_STORE));
    objects = context.getStateStore(Names.OBJECTS_STORE);
    waiting =
        new WaitingRoom(
            context.getStateStore(Names.WAITING_STORE),
            lineage,
            new Resolver(settings.boundaryKinds()),
            settings,
            counters);
    seen =
        new SeenOccurrences(
            context.getStateStore(Names.SEEN_STORE), waiting, settings.rememberedMillis());
    unseen =
        new UnseenObjects(
            context.getStateStore(Names.FIRST_EVENTS_STORE),
            objects,
            settings.unseenLookbackMillis());
    watermark = new TaskWatermark(progressStore, context.taskId().partition(), settings, idle);
    missing =
        new MissingObjects(objects, progressStore, lineage, settings.missedDeletionDelayMillis());
    context.schedule(
        LOOK_INTERVAL,
        PunctuationType.WALL_CLOCK_TIME,
        now -> counters.punctuate(STAGE, () -> look(now)));
  }

  @Override
  public void close() {
    String partition = Integer.toString(watermark.task());
    counters.remove(Metric.WATERMARK_LAG, STAGE, partition);
    counters.remove(Metric.WATERMARK_HELD, partition);
    counters.remove(Metric.PENDING_ORPHANS, partition);
  }

  @Override
  public void process(Record<byte[], ResolveInput> record) {
    if (record.value() instanceof ResolveInput.LineageNews news) {
      toLineage(news.key(), news.record());
    } else if (record.value() instanceof ResolveInput.ObjectVersion version) {
      waiting.add(WaitingItem.version(version.cluster(), version.object(), version.isNews()));
    } else if (record.value() instanceof ResolveInput.Reassessed reassessed) {
      waiting.reassess(reassessed);
    } else if (record.value() instanceof ResolveInput.Found found) {
      waiting.remove(WaitingItem.gone(found.cluster(), found.object(), found.goneMillis()));
    } else if (record.value() instanceof ResolveInput.Event event) {
      InputRecord input = InputRecord.complete(event.record(), record.timestamp());
      if (input instanceof InputRecord.Occurrence occurrence) {
        accept(occurrence.cluster(), occurrence.event());
      }
      progress.read(input);
    }
  }

  private void accept(String cluster, EventOccurrence event) {
    if (!seen.isFirst(cluster, event)) {
      counters.count(Metric.DUPLICATES);
      return;
    }
    counters.count(Metric.EVENTS);
    if (event.receiptMillis() <= watermark.lastSent()) {
      counters.count(Metric.LATE_EVENTS);
    }
    waiting.add(WaitingItem.occurrence(cluster, event));
    long forgetAt = event.receiptMillis() + settings.unseenLookbackMillis();
    UnseenObjects.mention(cluster, event, rules)
        .ifPresent(mentioned -> remember(mentioned, event, forgetAt));
    unseen.firstEvents(cluster, event).ifPresent(first -> remember(first, event, forgetAt));
  }

  private void remember(LineageRecord record, EventOccurrence event, long forgetAt) {
    String key;
    String localKey = "";
    if (record instanceof LineageRecord.Mentioned mentioned) {
      key = LineageKeys.mention(mentioned.cluster(), mentioned.named(), event.id());
    } else if (record instanceof LineageRecord.FirstEvents first) {
      key = LineageKeys.firstEvents(first.cluster(), first.uid(), first.reference());
      localKey = key;
    } else {
      throw new IllegalArgumentException("not remembered: " + record);
    }
    toLineage(key, record);
    expiry.schedule(forgetAt, key, localKey);
  }

  private void look(long wallClockMillis) {
    long read = announce(watermark.read());
    lineage.refresh();
    long decidable = lineage.watermark(settings.tasks());
    long undecided = waiting.decide(decidable, this::toGather);
    OptionalLong sent = watermark.toSend(read, undecided, wallClockMillis);
    if (sent.isPresent()) {
      announceDecided(sent.getAsLong(), wallClockMillis);
    }
    String partition = Integer.toString(watermark.task());
    counters.watermark(STAGE, watermark.task(), read);
    counters.set(Metric.WATERMARK_HELD, heldSeconds(read, undecided), partition);
    counters.setAll(Metric.PENDING_ORPHANS, waiting.held(), partition);
  }

  /** By how much what is decided is behind what is read; 0 after the end of the input. */
  private static double heldSeconds(long read, long undecided) {
    long decided = TaskWatermark.decided(read, undecided);
    boolean waits = decided != Long.MIN_VALUE && decided < read && read != Long.MAX_VALUE;
    return waits ? (read - decided) / MILLIS_PER_SECOND : 0;
  }

  /**
   * Tells the others how far this task has come.
   *
   * @return up to when everything that it has read says is told
   */
  private long announce(long read) {
    if (missing.isDue(read)) {
      missing.look(Math.min(read, lineage.read(settings.tasks())), this::missing);
    }
    long told = Math.min(read, missing.bound());
    watermark
        .toAnnounce(told)
        .ifPresent(millis -> at(LineageKeys.watermark(watermark.task()), millis));
    if (told < read) {
      watermark
          .toAnnounceRead(read)
          .ifPresent(millis -> at(LineageKeys.read(watermark.task()), millis));
    }
    return told;
  }

  private void at(String key, long millis) {
    toLineage(key, new LineageRecord.Watermark(watermark.task(), millis));
  }

  private void missing(String key, String cluster, IndexedObject object, long goneMillis) {
    counters.count(Metric.MISSED_DELETIONS);
    IndexedObject gone = object.goneAt(goneMillis);
    ObjectIdentity identity = object.lineage().identity();
    String lineageKey = LineageKeys.object(cluster, identity.uid());
    objects.put(key, gone);
    toLineage(lineageKey, new LineageRecord.Known(cluster, gone.told()));
    waiting.add(WaitingItem.gone(cluster, identity, goneMillis));
    expiry.schedule(goneMillis + settings.deletedRetentionMillis(), lineageKey, key);
  }

  private void announceDecided(long millis, long wallClockMillis) {
    send(
        GatherPartitioner.EVERYWHERE,
        new GatherItem.Watermark(watermark.task(), millis),
        wallClockMillis);
    at(LineageKeys.decided(watermark.task()), millis);
    if (millis == InputProgress.ENDED) {
      return;
    }
    // In catch-up another task may have read as far as this one, and still have hours to decide.
    long due = lineage.decided(settings.tasks());
    expiry.due(due, (lineageKey, localKey) -> forget(lineageKey, localKey, due));
    seen.forgetBefore(millis - settings.dedupeWindowMillis());
  }

  private void toGather(WaitingRoom.Placed placed) {
    GatherItem item = placed.item();
    if (item instanceof GatherItem.Occurrence occurrence) {
      PlacedOccurrence known = occurrence.placed();
      if (!known.inferred().isEmpty()) {
        counters.count(Metric.INFERRED_OWNERS);
      }
      item =
          new GatherItem.Occurrence(
              known.withUnseen(seen.unseenBefore(placed.cluster(), known.event())));
    } else if (item instanceof GatherItem.Snapshot snapshot
        && Cluster.isIdentifiedBy(snapshot.object().reference())) {
      send(
          GatherPartitioner.EVERYWHERE,
          new GatherItem.ClusterUid(
              placed.cluster(), snapshot.object().uid(), placed.receiptMillis()),
          placed.receiptMillis());
    }
    send(placed.rootKey(), item, placed.receiptMillis());
  }

  private void forget(String lineageKey, String localKey, long dueMillis) {
    LineageRecord rest = null;
    if (!localKey.isEmpty()) {
      IndexedObject object = objects.get(localKey);
      if (object != null
          && object.told().deletedMillis() > dueMillis - settings.deletedRetentionMillis()) {
        // It was found again.
        return;
      }
      objects.delete(localKey);
      rest = unseen.forget(localKey, dueMillis);
    }
    toLineage(lineageKey, rest);
  }

  /** Stamped with the clock: nobody reads the stamp, and a receipt may be one that is refused. */
  private void toLineage(String key, LineageRecord record) {
    context.forward(
        new Record<>(key, new Resolved.ToLineage(record), context.currentSystemTimeMs()));
  }

  private void send(String key, GatherItem item, long timestampMillis) {
    context.forward(new Record<>(key, new Resolved.ToGather(item), Math.max(0, timestampMillis)));
  }
}
