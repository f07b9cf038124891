package io.kspan.topology.index;

import io.kspan.topology.Names;
import io.kspan.topology.envelope.InputRecord;
import io.kspan.topology.lineage.LineageKeys;
import io.kspan.topology.metrics.Metric;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.resolve.InputProgress;
import io.kspan.topology.resolve.LineageExpiry;
import io.kspan.topology.resolve.ResolveInput;
import io.kspan.topology.wire.LineageRecord;
import java.util.Set;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** Stage 1. One instance per task. */
public final class IndexProcessor implements Processor<byte[], InputRecord, byte[], ResolveInput> {
  private final Set<String> boundaryKinds;
  private final long deletedRetentionMillis;
  private final long listRetentionMillis;
  private final Metrics counters;
  private ProcessorContext<byte[], ResolveInput> context;
  private KeyValueStore<String, IndexedObject> objects;
  private InputProgress progress;
  private LineageExpiry expiry;

  /**
   * An index.
   *
   * @param boundaryKinds owners that are not climbed into: what they own is a root
   * @param deletedRetentionMillis how long lineage is kept after deletion
   * @param listRetentionMillis how long a list is kept: until all tasks have looked for what it
   *     does not contain
   */
  public IndexProcessor(
      Set<String> boundaryKinds,
      long deletedRetentionMillis,
      long listRetentionMillis,
      Metrics counters) {
    this.boundaryKinds = boundaryKinds;
    this.deletedRetentionMillis = deletedRetentionMillis;
    this.listRetentionMillis = listRetentionMillis;
    this.counters = counters;
  }

  @Override
  public void init(ProcessorContext<byte[], ResolveInput> context) {
    this.context = context;
    this.objects = context.getStateStore(Names.OBJECTS_STORE);
    this.progress =
        new InputProgress(context.getStateStore(Names.PROGRESS_STORE), InputProgress.OBJECTS);
    this.expiry = new LineageExpiry(context.getStateStore(Names.EXPIRY_STORE));
  }

  @Override
  public void process(Record<byte[], InputRecord> record) {
    InputRecord input = InputRecord.complete(record.value(), record.timestamp());
    if (input instanceof InputRecord.Snapshot snapshot) {
      counters.count(Metric.OBJECTS);
      long offset = context.recordMetadata().map(m -> m.offset()).orElse(0L);
      index(record, snapshot.cluster(), snapshot.object().withSequence(offset));
    } else if (input instanceof InputRecord.Occurrence) {
      // Somebody writes Events here: resolve knows what to do with them.
      forward(record, new ResolveInput.Event(input));
    } else if (input instanceof InputRecord.Listed listed && !listed.kind().isEmpty()) {
      announce(record, listed);
    }
    progress.read(input);
  }

  private void index(Record<byte[], InputRecord> record, String cluster, ObjectSnapshot next) {
    String key = cluster + "/" + next.uid();
    IndexedObject known = objects.get(key);
    if (known != null && known.isGone(next.receiptMillis())) {
      // Whoever comes back begins anew, whether it has been forgotten or not.
      known = null;
    }
    ReceivedVersion version = ReceivedVersion.of(next);
    if (known != null && known.isCopy(version)) {
      counters.count(Metric.DUPLICATES);
      IndexedObject copied = known.copied(version.receiptMillis());
      if (copied != known) {
        objects.put(key, copied);
        tell(record, cluster, known, copied);
      }
      return;
    }
    IndexedObject.Step step =
        known == null
            ? IndexedObject.first(next, version)
            : known.after(next, version, boundaryKinds);
    IndexedObject now = step.now();
    tell(record, cluster, known, now);
    forward(record, new ResolveInput.ObjectVersion(cluster, next, step.isNews()));
    step.news().forEach(v -> reassess(record, cluster, next.uid(), v, true));
    step.repeats().forEach(v -> reassess(record, cluster, next.uid(), v, false));
    objects.put(key, now);
    if (next.deleted()) {
      expiry.schedule(
          next.receiptMillis() + deletedRetentionMillis,
          LineageKeys.object(cluster, next.uid()),
          key);
    }
  }

  /** What is new to the lineage topic; and that it is there after all. */
  private void tell(
      Record<byte[], InputRecord> record, String cluster, IndexedObject before, IndexedObject now) {
    if (before != null && now.told().equals(before.told())) {
      return;
    }
    String uid = now.lineage().identity().uid();
    forward(
        record,
        new ResolveInput.LineageNews(
            LineageKeys.object(cluster, uid), new LineageRecord.Known(cluster, now.told())));
    if (before != null && before.goneMillis() != now.goneMillis()) {
      forward(
          record, new ResolveInput.Found(cluster, now.lineage().identity(), before.goneMillis()));
    }
  }

  private void reassess(
      Record<byte[], InputRecord> record,
      String cluster,
      String uid,
      ReceivedVersion version,
      boolean isNews) {
    forward(
        record,
        new ResolveInput.Reassessed(
            cluster, uid, version.receiptMillis(), version.sequence(), isNews));
  }

  /**
   * The kind, the first time only: every list announces it again. And the list, since whoever has
   * objects of its scope cannot read it.
   */
  private void announce(Record<byte[], InputRecord> record, InputRecord.Listed listed) {
    long receipt = listed.observedAtMillis();
    if (listed.startedAtMillis() > 0) {
      String key =
          LineageKeys.list(
              receipt, listed.cluster(), listed.group(), listed.kind(), listed.namespace());
      forward(
          record,
          new ResolveInput.LineageNews(
              key,
              new LineageRecord.WatchedKind(
                  listed.cluster(),
                  listed.kind(),
                  receipt,
                  listed.group(),
                  listed.namespace(),
                  listed.startedAtMillis())));
      expiry.schedule(receipt + listRetentionMillis, key, "");
    }
    if (progress.isFirst(listed.cluster(), listed.kind(), listed.observedAtMillis())) {
      int task = context.taskId().partition();
      forward(
          record,
          new ResolveInput.LineageNews(
              LineageKeys.kind(listed.cluster(), listed.kind(), task),
              new LineageRecord.WatchedKind(
                  listed.cluster(), listed.kind(), listed.observedAtMillis())));
    }
  }

  private void forward(Record<byte[], InputRecord> cause, ResolveInput news) {
    context.forward(cause.withValue(news));
  }
}
