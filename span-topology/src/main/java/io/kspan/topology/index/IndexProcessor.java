package io.kspan.topology.index;

import io.kspan.topology.Names;
import io.kspan.topology.envelope.InputRecord;
import io.kspan.topology.lineage.LineageKeys;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.ops.TopologyCounters;
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
  private final long retentionMillis;
  private final TopologyCounters counters;
  private ProcessorContext<byte[], ResolveInput> context;
  private KeyValueStore<String, IndexedObject> objects;
  private InputProgress progress;
  private LineageExpiry expiry;

  /**
   * An index.
   *
   * @param boundaryKinds owners that are not climbed into: what they own is a root
   * @param retentionMillis how long lineage is kept after deletion
   */
  public IndexProcessor(
      Set<String> boundaryKinds, long retentionMillis, TopologyCounters counters) {
    this.boundaryKinds = boundaryKinds;
    this.retentionMillis = retentionMillis;
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
    InputRecord input = InputRecord.complete(record.value(), record.timestamp(), counters);
    if (input instanceof InputRecord.Snapshot snapshot) {
      counters.objects().increment();
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
    ReceivedVersion version = ReceivedVersion.of(next);
    if (known != null && known.isCopy(version)) {
      counters.duplicates().increment();
      return;
    }
    IndexedObject.Step step =
        known == null
            ? IndexedObject.first(next, version)
            : known.after(next, version, boundaryKinds);
    IndexedObject now = step.now();
    if (known == null || !now.lineage().equals(known.lineage())) {
      forward(
          record,
          new ResolveInput.LineageNews(
              LineageKeys.object(cluster, next.uid()),
              new LineageRecord.Known(cluster, now.lineage())));
    }
    forward(record, new ResolveInput.ObjectVersion(cluster, next, step.isNews()));
    step.news().forEach(v -> reassess(record, cluster, next.uid(), v, true));
    step.repeats().forEach(v -> reassess(record, cluster, next.uid(), v, false));
    objects.put(key, now);
    if (next.deleted()) {
      expiry.schedule(
          next.receiptMillis() + retentionMillis, LineageKeys.object(cluster, next.uid()), key);
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

  /** The first time only: every list announces its kind again. */
  private void announce(Record<byte[], InputRecord> record, InputRecord.Listed listed) {
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
