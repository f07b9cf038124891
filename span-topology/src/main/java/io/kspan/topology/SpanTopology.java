package io.kspan.topology;

import io.kspan.topology.assemble.CauseRules;
import io.kspan.topology.config.StreamsDefaults;
import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.envelope.EnvelopeReader;
import io.kspan.topology.envelope.InputRecord;
import io.kspan.topology.envelope.InputRecordDeserializer;
import io.kspan.topology.envelope.ReceiptTimestampExtractor;
import io.kspan.topology.gather.GatherProcessor;
import io.kspan.topology.gather.GatherSettings;
import io.kspan.topology.gather.RootMetaSerde;
import io.kspan.topology.gather.SessionOutput;
import io.kspan.topology.index.IndexProcessor;
import io.kspan.topology.index.IndexedObjectSerde;
import io.kspan.topology.lineage.LineageStoreProcessor;
import io.kspan.topology.metrics.Metric;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.otlp.OtlpEncoder;
import io.kspan.topology.otlp.TraceSampling;
import io.kspan.topology.rekey.ReceivedDeserializer;
import io.kspan.topology.rekey.ReceivedTimestampExtractor;
import io.kspan.topology.rekey.RekeyPartitioner;
import io.kspan.topology.rekey.RekeyProcessor;
import io.kspan.topology.rekey.Rekeyed;
import io.kspan.topology.rekey.RekeyedSerde;
import io.kspan.topology.resolve.GatherPartitioner;
import io.kspan.topology.resolve.IdlePartitions;
import io.kspan.topology.resolve.ResolveInput;
import io.kspan.topology.resolve.ResolveProcessor;
import io.kspan.topology.resolve.ResolveSettings;
import io.kspan.topology.resolve.Resolved;
import io.kspan.topology.resolve.WaitingItemSerde;
import io.kspan.topology.wire.GatherItemSerde;
import io.kspan.topology.wire.LineageRecordSerde;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Branched;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The picture of {@code docs/architecture.md} as a topology: index and resolve in one sub-topology,
 * lineage as a global store beside it, gather and assemble behind one repartition.
 *
 * <p>Immutable; every call of {@link #get()} describes the same topology.
 */
public final class SpanTopology implements Supplier<Topology> {
  private final TopologyConfig config;
  private final InputPartitions inputs;
  private final int partitions;
  private final IdlePartitions idle;
  private final Metrics counters;
  private final CauseRules rules;
  private final ReplayView view;

  /**
   * What a replay makes of a part of the inputs.
   *
   * @param selection what it reads of them, null for everything
   * @param output what it shows of the result
   */
  public record ReplayView(
      ProcessorSupplier<byte[], InputRecord, byte[], InputRecord> selection, SessionOutput output) {
    private static final ReplayView WHOLE = new ReplayView(null, SessionOutput.EVERYTHING);
  }

  /**
   * A topology.
   *
   * @param partitions of the input topics, so the number of tasks of either sub-topology
   */
  public SpanTopology(
      TopologyConfig config, int partitions, IdlePartitions idle, Metrics counters) {
    this(config, InputPartitions.equal(partitions), idle, counters);
  }

  /** A topology over inputs that need not have equally many partitions if they are re-keyed. */
  public SpanTopology(
      TopologyConfig config, InputPartitions inputs, IdlePartitions idle, Metrics counters) {
    this(config, inputs, idle, counters, ReplayView.WHOLE);
  }

  /** The same over a part of the inputs. */
  public SpanTopology(
      TopologyConfig config,
      int partitions,
      IdlePartitions idle,
      Metrics counters,
      ReplayView view) {
    this(config, InputPartitions.equal(partitions), idle, counters, view);
  }

  private SpanTopology(
      TopologyConfig config,
      InputPartitions inputs,
      IdlePartitions idle,
      Metrics counters,
      ReplayView view) {
    this.config = config;
    this.inputs = inputs;
    this.partitions = inputs.tasks();
    this.idle = idle;
    this.counters = counters;
    this.rules = config.causeRules();
    this.view = view;
  }

  @Override
  public Topology get() {
    // Only a TopologyConfig given to the builder makes it refuse generated names.
    StreamsBuilder builder =
        new StreamsBuilder(
            new org.apache.kafka.streams.TopologyConfig(
                new StreamsConfig(StreamsDefaults.of(config))));
    Topics topics = config.topics();
    addStores(builder);
    builder.addGlobalStore(
        Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(Names.LINEAGE_STORE),
                Serdes.String(),
                Serdes.ByteArray())
            .withLoggingDisabled(),
        topics.lineage(),
        Consumed.with(Serdes.String(), Serdes.ByteArray()).withName(Names.READ_LINEAGE),
        LineageStoreProcessor::new);

    KStream<byte[], ResolveInput> indexed =
        objects(builder, topics.objects())
            .process(
                () ->
                    new IndexProcessor(
                        config.boundaryKinds(),
                        config.deletedRetentionMillis(),
                        config.missedDeletionDelayMillis(),
                        counters),
                Named.as(Names.INDEX_OBJECTS),
                Names.OBJECTS_STORE,
                Names.PROGRESS_STORE,
                Names.EXPIRY_STORE);
    KStream<byte[], ResolveInput> events =
        events(builder, topics.events())
            .mapValues(SpanTopology::asEvent, Named.as(Names.WRAP_EVENTS));
    Map<String, KStream<String, Resolved>> resolved =
        indexed
            .merge(events, Named.as(Names.JOIN_INPUTS))
            .process(
                () -> new ResolveProcessor(resolveSettings(), rules, idleInputs(), counters),
                Named.as(Names.RESOLVE_OWNERS),
                Names.OBJECTS_STORE,
                Names.PROGRESS_STORE,
                Names.EXPIRY_STORE,
                Names.SEEN_STORE,
                Names.WAITING_STORE,
                Names.FIRST_EVENTS_STORE)
            .split(Named.as(Names.SPLIT_RESOLVED))
            .branch(
                (key, value) -> value instanceof Resolved.ToLineage, Branched.as(Names.TO_LINEAGE))
            .defaultBranch(Branched.as(Names.TO_GATHER));
    writeLineage(resolved.get(Names.SPLIT_RESOLVED + Names.TO_LINEAGE), topics);
    gather(resolved.get(Names.SPLIT_RESOLVED + Names.TO_GATHER), topics);
    return builder.build();
  }

  private KStream<byte[], InputRecord> objects(StreamsBuilder builder, String topic) {
    return config.rekeysInput()
        ? read(
                builder,
                topic,
                Names.READ_OBJECTS,
                new ReceivedTimestampExtractor(),
                new ReceivedDeserializer(records()))
            .process(() -> rekey(topic, inputs.objects()), Named.as(Names.REKEY_OBJECTS))
            .repartition(byReference(Names.OBJECTS_BY_REFERENCE))
            .mapValues(Rekeyed::record, Named.as(Names.REKEYED_OBJECTS))
        : read(builder, topic, Names.READ_OBJECTS, Names.SELECT_OBJECTS);
  }

  private KStream<byte[], InputRecord> events(StreamsBuilder builder, String topic) {
    return config.rekeysInput()
        ? read(
                builder,
                topic,
                Names.READ_EVENTS,
                new ReceivedTimestampExtractor(),
                new ReceivedDeserializer(records()))
            .process(() -> rekey(topic, inputs.events()), Named.as(Names.REKEY_EVENTS))
            .repartition(byReference(Names.EVENTS_BY_REFERENCE))
            .mapValues(Rekeyed::record, Named.as(Names.REKEYED_EVENTS))
        : read(builder, topic, Names.READ_EVENTS, Names.SELECT_EVENTS);
  }

  private RekeyProcessor rekey(String topic, int sources) {
    return new RekeyProcessor(
        new RekeyProcessor.Source(
            topic, sources, config.latenessMillis(), config.idleGraceMillis()),
        idle);
  }

  private Repartitioned<byte[], Rekeyed> byReference(String name) {
    return Repartitioned.with(Serdes.ByteArray(), (Serde<Rekeyed>) new RekeyedSerde(records()))
        .withName(name)
        .withNumberOfPartitions(partitions)
        .withStreamPartitioner(new RekeyPartitioner());
  }

  /** Behind a re-keying step only that knows what is idle, and says so. */
  private IdlePartitions idleInputs() {
    return config.rekeysInput() ? IdlePartitions.NONE : idle;
  }

  private Deserializer<InputRecord> records() {
    EnvelopeReader reader =
        new EnvelopeReader(
            config.clusterName(), config.topLevelAnnotation(), config.traceparentAnnotations());
    return new InputRecordDeserializer(reader, config.filter(), counters);
  }

  private static <V> KStream<byte[], V> read(
      StreamsBuilder builder,
      String topic,
      String name,
      TimestampExtractor receipts,
      Deserializer<V> deserializer) {
    Serde<V> values =
        Serdes.serdeFrom(
            (ignored, record) -> {
              throw new UnsupportedOperationException("input is only read");
            },
            deserializer);
    return builder.stream(
        topic,
        Consumed.with(Serdes.ByteArray(), values)
            .withTimestampExtractor(receipts)
            .withOffsetResetPolicy(AutoOffsetReset.earliest())
            .withName(name));
  }

  private KStream<byte[], InputRecord> read(
      StreamsBuilder builder, String topic, String name, String selection) {
    KStream<byte[], InputRecord> all =
        read(builder, topic, name, new ReceiptTimestampExtractor(), records());
    return view.selection() == null ? all : all.process(view.selection(), Named.as(selection));
  }

  private static ResolveInput asEvent(InputRecord record) {
    return new ResolveInput.Event(record);
  }

  private static void writeLineage(KStream<String, Resolved> resolved, Topics topics) {
    resolved
        .mapValues(value -> ((Resolved.ToLineage) value).record(), Named.as(Names.LINEAGE_RECORDS))
        .to(
            topics.lineage(),
            Produced.with(Serdes.String(), new LineageRecordSerde()).withName(Names.WRITE_LINEAGE));
  }

  private void gather(KStream<String, Resolved> resolved, Topics topics) {
    GatherSettings settings =
        new GatherSettings(
            config.traceSettings(),
            partitions,
            config.latenessMillis() == Long.MAX_VALUE,
            config.rootRetentionMillis());
    TraceSampling sampling = config.sampling();
    OtlpEncoder encoder = new OtlpEncoder(config.requestMaxBytes());
    resolved
        .mapValues(value -> ((Resolved.ToGather) value).item(), Named.as(Names.GATHER_ITEMS))
        .repartition(
            Repartitioned.with(Serdes.String(), new GatherItemSerde())
                .withName(Names.BY_ROOT)
                .withNumberOfPartitions(partitions)
                .withStreamPartitioner(new GatherPartitioner()))
        .process(
            () -> new GatherProcessor(settings, rules, counters, view.output()),
            Named.as(Names.GATHER_SESSIONS),
            Names.ITEMS_STORE,
            Names.ROOTS_STORE,
            Names.TIMERS_STORE,
            Names.WATERMARKS_STORE,
            Names.CLUSTERS_STORE)
        .flatMapValues(trace -> sampled(trace, sampling, encoder), Named.as(Names.ENCODE_SPANS))
        .to(
            topics.spans(),
            Produced.with(Serdes.String(), Serdes.ByteArray()).withName(Names.WRITE_SPANS));
  }

  private List<byte[]> sampled(FinishedTrace trace, TraceSampling sampling, OtlpEncoder encoder) {
    if (!sampling.keeps(trace)) {
      counters.count(Metric.UNSAMPLED_TRACES);
      return List.of();
    }
    counters.add(Metric.SPANS, trace.spans().size());
    return encoder.encode(trace);
  }

  private ResolveSettings resolveSettings() {
    return new ResolveSettings(
        config.topics(),
        partitions,
        config.orphanWindowMillis(),
        config.latenessMillis(),
        config.idleGraceMillis(),
        config.dedupeWindowMillis(),
        config.deletedRetentionMillis(),
        config.unseenLookbackMillis(),
        config.missedDeletionDelayMillis(),
        config.boundaryKinds(),
        config.watchedKinds());
  }

  private static void addStores(StreamsBuilder builder) {
    builder
        .addStateStore(store(Names.OBJECTS_STORE, Serdes.String(), new IndexedObjectSerde()))
        .addStateStore(store(Names.SEEN_STORE, Serdes.String(), Serdes.Long()))
        .addStateStore(store(Names.WAITING_STORE, Serdes.String(), new WaitingItemSerde()))
        .addStateStore(store(Names.FIRST_EVENTS_STORE, Serdes.String(), new LineageRecordSerde()))
        .addStateStore(store(Names.EXPIRY_STORE, Serdes.String(), Serdes.String()))
        .addStateStore(store(Names.ITEMS_STORE, Serdes.String(), new GatherItemSerde()))
        .addStateStore(store(Names.ROOTS_STORE, Serdes.String(), new RootMetaSerde()))
        .addStateStore(store(Names.TIMERS_STORE, Serdes.String(), Serdes.ByteArray()))
        .addStateStore(small(Names.PROGRESS_STORE, Serdes.String()))
        .addStateStore(small(Names.WATERMARKS_STORE, Serdes.Integer()))
        .addStateStore(small(Names.CLUSTERS_STORE, Serdes.String()));
  }

  private static <K, V> StoreBuilder<KeyValueStore<K, V>> store(
      String name, Serde<K> keys, Serde<V> values) {
    return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), keys, values);
  }

  /** A handful of entries per task, read at every look: in memory, with a changelog. */
  private static <K> StoreBuilder<KeyValueStore<K, Long>> small(String name, Serde<K> keys) {
    return Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), keys, Serdes.Long());
  }
}
