package io.kspan.topology.simulation;

import io.kspan.topology.assemble.CauseRules;
import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.envelope.InputRecordDeserializer;
import io.kspan.topology.gather.GatherProcessor;
import io.kspan.topology.gather.GatherSettings;
import io.kspan.topology.gather.SessionOutput;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.model.GatherOutput;
import io.kspan.topology.place.GatherPartitioner;
import io.kspan.topology.place.PlaceProcessor;
import io.kspan.topology.place.PlaceSettings;
import io.kspan.topology.time.Publishing;
import io.kspan.topology.wire.GatherItem;
import io.kspan.topology.wire.GatherItemSerde;
import io.kspan.topology.wire.LineageRecord;
import io.kspan.topology.wire.LineageRecordSerde;
import io.kspan.topology.wire.PlaceOutput;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.processor.api.Record;

/**
 * The processors with the settings that {@code SpanTopology} gives them, and the logs between them.
 *
 * <p>Not thread-safe.
 */
final class Wiring {
  private static final long AWAITED_MILLIS = 320_000;

  private final TopologyConfig config;
  private final int partitions;
  private final CauseRules rules;
  private final Metrics counters = new Metrics();
  private final InputRecordDeserializer deserializer;
  private final TransactionalLog<Record<String, byte[]>> lineage = new TransactionalLog<>();
  private final List<TransactionalLog<Record<String, byte[]>>> byRoot = new ArrayList<>();
  private final TransactionalLog<GatherOutput> spans = new TransactionalLog<>();
  private final GatherPartitioner partitioner = new GatherPartitioner();
  private final LineageRecordSerde lineageValues = new LineageRecordSerde();
  private final GatherItemSerde gatherValues = new GatherItemSerde();

  Wiring(TopologyConfig config, int partitions) {
    this.config = config;
    this.partitions = partitions;
    this.rules = config.causeRules();
    this.deserializer =
        new InputRecordDeserializer(
            config.envelopeReader((expression, reason) -> {}, annotation -> {}),
            config.filter(),
            counters);
    for (int i = 0; i < partitions; i++) {
      byRoot.add(new TransactionalLog<>());
    }
  }

  PlaceProcessor place(SimulatedInstance instance) {
    PlaceSettings settings =
        new PlaceSettings(
            config.topics().objects(),
            config.topics().events(),
            false,
            config.orphanWindowMillis(),
            config.latenessMillis(),
            config.idleGraceMillis(),
            config.dedupeWindowMillis(),
            config.deletedRetentionMillis(),
            config.unseenLookbackMillis(),
            config.missedDeletionDelayMillis(),
            config.deliveryWindowMillis(),
            new Publishing(AWAITED_MILLIS),
            config.boundaryKinds(),
            config.watchedKinds());
    return new PlaceProcessor(
        settings, rules, instance::idleSince, instance.watermarks(), counters);
  }

  GatherProcessor gather(SimulatedInstance instance) {
    GatherSettings settings =
        new GatherSettings(
            config.traceSettings(),
            config.latenessMillis() == Long.MAX_VALUE,
            config.rootRetentionMillis(),
            true,
            GatherSettings.NEVER);
    return new GatherProcessor(settings, instance.watermarks(), counters, SessionOutput.EVERYTHING);
  }

  /** Writes to the lineage topic or to the repartition topic. */
  void write(Transaction transaction, Record<String, PlaceOutput> record) {
    String key = record.key();
    if (record.value() instanceof GatherItem item) {
      byte[] value = gatherValues.serializer().serialize("", item);
      for (int partition : partitions(key, item)) {
        byRoot.get(partition).append(transaction, record.withValue(value));
      }
    } else {
      byte[] value = lineageValues.serializer().serialize("", (LineageRecord) record.value());
      lineage.append(transaction, record.withValue(value));
    }
  }

  private Set<Integer> partitions(String key, GatherItem item) {
    return partitioner
        .partitions("", key, item, partitions)
        .orElseGet(
            () ->
                Set.of(
                    Utils.toPositive(Utils.murmur2(key.getBytes(StandardCharsets.UTF_8)))
                        % partitions));
  }

  TopologyConfig config() {
    return config;
  }

  int partitions() {
    return partitions;
  }

  Metrics counters() {
    return counters;
  }

  InputRecordDeserializer deserializer() {
    return deserializer;
  }

  TransactionalLog<Record<String, byte[]>> lineage() {
    return lineage;
  }

  TransactionalLog<Record<String, byte[]>> byRoot(int partition) {
    return byRoot.get(partition);
  }

  TransactionalLog<GatherOutput> spans() {
    return spans;
  }
}
