package io.kspan.topology.application;

import io.kspan.topology.assemble.CauseRules;
import io.kspan.topology.assemble.TraceSettings;
import io.kspan.topology.changes.ChangeSerializer;
import io.kspan.topology.config.StreamsDefaults;
import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.envelope.InputRecord;
import io.kspan.topology.envelope.InputRecordDeserializer;
import io.kspan.topology.envelope.ReceiptTimestampExtractor;
import io.kspan.topology.gather.GatherProcessor;
import io.kspan.topology.gather.GatherSettings;
import io.kspan.topology.gather.RootMetaSerde;
import io.kspan.topology.gather.SessionOutput;
import io.kspan.topology.lineage.LineageStoreProcessor;
import io.kspan.topology.lineage.PublishedWatermarks;
import io.kspan.topology.metrics.Metric;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.model.ChangeNotice;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.model.GatherOutput;
import io.kspan.topology.names.Names;
import io.kspan.topology.names.Topics;
import io.kspan.topology.ops.InputPartitions;
import io.kspan.topology.otlp.OtlpEncoder;
import io.kspan.topology.otlp.TraceSampling;
import io.kspan.topology.place.GatherPartitioner;
import io.kspan.topology.place.IndexedObjectSerde;
import io.kspan.topology.place.PendingItemSerde;
import io.kspan.topology.place.PlaceProcessor;
import io.kspan.topology.place.PlaceSettings;
import io.kspan.topology.rekey.RekeyProcessor;
import io.kspan.topology.rekey.RekeyedSerde;
import io.kspan.topology.status.StatusExpression;
import io.kspan.topology.time.IdlePartitions;
import io.kspan.topology.time.Publishing;
import io.kspan.topology.time.Watermark;
import io.kspan.topology.wire.GatherItem;
import io.kspan.topology.wire.GatherItemSerde;
import io.kspan.topology.wire.LineageRecord;
import io.kspan.topology.wire.LineageRecordSerde;
import io.kspan.topology.wire.PlaceOutput;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
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
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The picture of {@code docs/architecture.md} as a topology: placing in one sub-topology, lineage
 * as a global store beside it, gather and assemble behind one repartition.
 *
 * <p>Immutable; every call of {@link #get()} describes the same topology.
 */
public final class SpanTopology implements Supplier<Topology> {
  private static final Logger log = LoggerFactory.getLogger(SpanTopology.class);

  private final TopologyConfig config;
  private final InputPartitions inputs;
  private final int partitions;
  private final IdlePartitions idle;
  private final Metrics metrics;
  private final CauseRules rules;
  private final Publishing publishing;
  private final ReplayView view;
  private final Set<StatusExpression> unanswered = ConcurrentHashMap.newKeySet();
  private final Set<String> malformed = ConcurrentHashMap.newKeySet();

  /**
   * What a replay reads of the inputs ({@code selection}, null for everything) and shows of the
   * result.
   */
  public record ReplayView(
      ProcessorSupplier<byte[], InputRecord, byte[], InputRecord> selection,
      SessionOutput output) {}

  /** A topology over whole inputs with these numbers of partitions. */
  public SpanTopology(
      TopologyConfig config, InputPartitions inputs, IdlePartitions idle, Metrics metrics) {
    this(config, inputs, idle, metrics, new ReplayView(null, SessionOutput.EVERYTHING));
  }

  /** The same over a part of the inputs. */
  public SpanTopology(
      TopologyConfig config,
      InputPartitions inputs,
      IdlePartitions idle,
      Metrics metrics,
      ReplayView view) {
    this.config = config;
    this.inputs = inputs;
    this.partitions = inputs.tasks();
    this.idle = idle;
    this.metrics = metrics;
    this.rules = config.causeRules();
    this.publishing = publishing(config);
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
    PublishedWatermarks published =
        new PublishedWatermarks(partitions, inputs.objects(), inputs.events());
    builder.addGlobalStore(
        Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(Names.LINEAGE_STORE),
                Serdes.String(),
                Serdes.ByteArray())
            .withLoggingDisabled(),
        topics.lineage(),
        Consumed.with(Serdes.String(), Serdes.ByteArray()).withName(Names.READ_LINEAGE),
        () -> new LineageStoreProcessor(published));
    metrics.atRest(
        () ->
            published.decided() != Watermark.NONE
                && !publishing.isAwaited(published.decided(), published.newestMillis()));

    Map<String, KStream<String, PlaceOutput>> placed =
        input(builder, published, true)
            .merge(input(builder, published, false), Named.as(Names.JOIN_INPUTS))
            .process(
                () -> new PlaceProcessor(placeSettings(), rules, idle, published, metrics),
                Named.as(Names.PLACE),
                Names.PLACE_STORES.toArray(new String[0]))
            .split(Named.as(Names.SPLIT_PLACED))
            .branch((key, value) -> value instanceof GatherItem, Branched.as(Names.ONWARD))
            .defaultBranch(Branched.as(Names.TO_LINEAGE));
    SpanTopology.<String, LineageRecord>only(placed.get(Names.SPLIT_PLACED + Names.TO_LINEAGE))
        .to(topics.lineage(), lineageRecords(Serdes.String(), Names.WRITE_LINEAGE));
    gather(only(placed.get(Names.SPLIT_PLACED + Names.ONWARD)), published, topics);
    return builder.build();
  }

  private KStream<byte[], InputRecord> input(
      StreamsBuilder builder, PublishedWatermarks published, boolean isObjects) {
    String topic = isObjects ? config.topics().objects() : config.topics().events();
    String read = isObjects ? Names.READ_OBJECTS : Names.READ_EVENTS;
    if (config.rekeysInput()) {
      return rekeyed(
          read(builder, topic, read, RekeyedSerde.keepingValues(records())),
          new RekeyProcessor.Source(
              topic,
              isObjects,
              isObjects ? inputs.objects() : inputs.events(),
              partitions,
              config.latenessMillis(),
              config.idleGraceMillis(),
              publishing),
          published);
    }
    KStream<byte[], InputRecord> all = read(builder, topic, read, records());
    Named select = Named.as(isObjects ? Names.SELECT_OBJECTS : Names.SELECT_EVENTS);
    return view.selection() == null ? all : all.process(view.selection(), select);
  }

  private KStream<byte[], InputRecord> rekeyed(
      KStream<byte[], InputRecord> received,
      RekeyProcessor.Source source,
      PublishedWatermarks published) {
    boolean isObjects = source.isObjects();
    String rekey = isObjects ? Names.REKEY_OBJECTS : Names.REKEY_EVENTS;
    String split = isObjects ? Names.SPLIT_REKEYED_OBJECTS : Names.SPLIT_REKEYED_EVENTS;
    String write = isObjects ? Names.WRITE_REKEYED_OBJECTS : Names.WRITE_REKEYED_EVENTS;
    Map<String, KStream<byte[], Object>> rekeyed =
        received
            .process(() -> new RekeyProcessor(source, idle, published), Named.as(rekey))
            .split(Named.as(split))
            .branch((key, value) -> value instanceof InputRecord, Branched.as(Names.ONWARD))
            .defaultBranch(Branched.as(Names.TO_LINEAGE));
    SpanTopology.<byte[], LineageRecord>only(rekeyed.get(split + Names.TO_LINEAGE))
        .to(config.topics().lineage(), lineageRecords(Serdes.ByteArray(), write));
    return SpanTopology.<byte[], InputRecord>only(rekeyed.get(split + Names.ONWARD))
        .repartition(
            Repartitioned.with(Serdes.ByteArray(), new RekeyedSerde(records()))
                .withName(isObjects ? Names.OBJECTS_BY_REFERENCE : Names.EVENTS_BY_REFERENCE)
                .withNumberOfPartitions(partitions)
                .withStreamPartitioner(RekeyedSerde.partitioner()));
  }

  /** A branch of which all values are of one type. */
  @SuppressWarnings("unchecked")
  private static <K, V> KStream<K, V> only(KStream<K, ? super V> branch) {
    return (KStream<K, V>) branch;
  }

  private static <K> Produced<K, LineageRecord> lineageRecords(Serde<K> keys, String name) {
    return Produced.with(keys, new LineageRecordSerde()).withName(name);
  }

  private Deserializer<InputRecord> records() {
    return new InputRecordDeserializer(
        config.envelopeReader(this::unanswered, this::malformed), config.filter(), metrics);
  }

  private void unanswered(StatusExpression expression, String reason) {
    metrics.count(Metric.FAILED_STATUS_EXPRESSIONS);
    if (unanswered.add(expression)) {
      log.warn(
          "The expression of {} fails on some objects and counts as false there ({}): {}",
          expression.where(),
          reason,
          expression.text());
    }
  }

  /** Without the value: an annotation can hold anything. */
  private void malformed(String annotation) {
    metrics.count(Metric.MALFORMED_TRACEPARENTS);
    if (malformed.add(annotation)) {
      log.warn(
          "The annotation {} of some object or Event is no W3C traceparent (00-<32 hex digits>-<16 hex digits>-<2 hex digits>),"
              + " nor a JSON map of headers with one, and is ignored; correct what writes it, or leave it out of {}",
          annotation,
          TopologyConfig.TRACEPARENT_ANNOTATIONS_CONFIG);
    }
  }

  private static KStream<byte[], InputRecord> read(
      StreamsBuilder builder, String topic, String name, Deserializer<InputRecord> deserializer) {
    Serde<InputRecord> values =
        Serdes.serdeFrom(
            (ignored, record) -> {
              throw new UnsupportedOperationException("input is only read");
            },
            deserializer);
    return builder.stream(
        topic,
        Consumed.with(Serdes.ByteArray(), values)
            .withTimestampExtractor(new ReceiptTimestampExtractor())
            .withOffsetResetPolicy(AutoOffsetReset.earliest())
            .withName(name));
  }

  private void gather(
      KStream<String, GatherItem> items, PublishedWatermarks published, Topics topics) {
    GatherSettings settings = gatherSettings(config);
    TraceSampling sampling = config.sampling();
    OtlpEncoder encoder = new OtlpEncoder(config.requestMaxBytes());
    Map<String, KStream<String, GatherOutput>> gathered =
        items
            .repartition(
                Repartitioned.with(Serdes.String(), GatherItemSerde.keepingBytes())
                    .withName(Names.BY_ROOT)
                    .withNumberOfPartitions(partitions)
                    .withStreamPartitioner(new GatherPartitioner()))
            .process(
                () -> new GatherProcessor(settings, published, metrics, view.output()),
                Named.as(Names.GATHER_SESSIONS),
                Names.GATHER_STORES.toArray(new String[0]))
            .split(Named.as(Names.SPLIT_FINISHED))
            .branch((key, value) -> value instanceof FinishedTrace, Branched.as(Names.ONWARD))
            .defaultBranch(Branched.as(Names.TO_CHANGES));
    if (topics.hasChanges()) {
      SpanTopology.<String, ChangeNotice>only(gathered.get(Names.SPLIT_FINISHED + Names.TO_CHANGES))
          .to(
              topics.changes(),
              Produced.with(
                      Serdes.String(),
                      Serdes.serdeFrom(
                          new ChangeSerializer(sampling, config.commitTimeAnnotation()),
                          // It only writes them.
                          (topic, bytes) -> null))
                  .withName(Names.WRITE_CHANGES));
    }
    KStream<String, FinishedTrace> traces = only(gathered.get(Names.SPLIT_FINISHED + Names.ONWARD));
    traces
        .flatMapValues(trace -> sampled(trace, sampling, encoder), Named.as(Names.ENCODE_SPANS))
        .to(topics.spans(), requests(Names.WRITE_SPANS));
    if (topics.hasLogs()) {
      traces
          .flatMapValues(
              trace -> trace.isProvisional() ? List.of() : logs(trace, sampling, encoder),
              Named.as(Names.ENCODE_LOGS))
          .to(topics.logs(), requests(Names.WRITE_LOGS));
    }
  }

  static GatherSettings gatherSettings(TopologyConfig config) {
    return new GatherSettings(
        config.traceSettings(),
        config.latenessMillis() == Long.MAX_VALUE,
        config.rootRetentionMillis(),
        config.topics().hasChanges(),
        config.provisionalAfterMillis() == 0
            ? GatherSettings.NEVER
            : config.provisionalAfterMillis());
  }

  private static Produced<String, byte[]> requests(String name) {
    return Produced.with(Serdes.String(), Serdes.ByteArray()).withName(name);
  }

  private List<byte[]> sampled(FinishedTrace trace, TraceSampling sampling, OtlpEncoder encoder) {
    if (!sampling.keeps(trace)) {
      metrics.count(Metric.UNSAMPLED_TRACES);
      return List.of();
    }
    metrics.add(Metric.SPANS, trace.spans().size());
    return encoder.encode(trace);
  }

  /** Those of every trace: the flag says whether it is written. */
  private List<byte[]> logs(FinishedTrace trace, TraceSampling sampling, OtlpEncoder encoder) {
    metrics.add(
        Metric.LOG_RECORDS,
        trace.spans().stream().filter(span -> span.occurrence() != null).count());
    return encoder.encodeLogs(trace, sampling.keeps(trace));
  }

  private PlaceSettings placeSettings() {
    String application = config.applicationId();
    return new PlaceSettings(
        config.rekeysInput()
            ? Names.repartitionTopic(application, Names.OBJECTS_BY_REFERENCE)
            : config.topics().objects(),
        config.rekeysInput()
            ? Names.repartitionTopic(application, Names.EVENTS_BY_REFERENCE)
            : config.topics().events(),
        config.rekeysInput(),
        config.orphanWindowMillis(),
        config.latenessMillis(),
        config.idleGraceMillis(),
        config.dedupeWindowMillis(),
        config.deletedRetentionMillis(),
        config.unseenLookbackMillis(),
        config.missedDeletionDelayMillis(),
        config.deliveryWindowMillis(),
        publishing,
        config.boundaryKinds(),
        config.watchedKinds());
  }

  /** A session is over when nothing has happened for the longest quiet time (trace-model 5.2). */
  private static Publishing publishing(TopologyConfig config) {
    TraceSettings trace = config.traceSettings();
    return new Publishing(
        TimeUnit.NANOSECONDS.toMillis(trace.longestQuietNanos() + trace.orphanWindowNanos())
            + config.idleGraceMillis());
  }

  private static void addStores(StreamsBuilder builder) {
    builder
        .addStateStore(store(Names.OBJECTS_STORE, Serdes.String(), new IndexedObjectSerde()))
        .addStateStore(store(Names.SEEN_STORE, Serdes.String(), Serdes.Long()))
        .addStateStore(store(Names.PENDING_STORE, Serdes.String(), new PendingItemSerde()))
        .addStateStore(store(Names.FIRST_EVENTS_STORE, Serdes.String(), new LineageRecordSerde()))
        .addStateStore(store(Names.RETENTION_STORE, Serdes.String(), Serdes.String()))
        .addStateStore(small(Names.TASK_WATERMARKS_STORE))
        .addStateStore(small(Names.MISSING_STORE))
        .addStateStore(small(Names.KINDS_STORE))
        .addStateStore(store(Names.ITEMS_STORE, Serdes.String(), new GatherItemSerde()))
        .addStateStore(store(Names.ROOTS_STORE, Serdes.String(), new RootMetaSerde()))
        .addStateStore(store(Names.TIMERS_STORE, Serdes.String(), Serdes.ByteArray()))
        .addStateStore(small(Names.GATHER_WATERMARK_STORE));
  }

  private static <K, V> StoreBuilder<KeyValueStore<K, V>> store(
      String name, Serde<K> keys, Serde<V> values) {
    return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), keys, values);
  }

  /** A handful of entries per task: in memory, with a changelog. */
  private static StoreBuilder<KeyValueStore<String, Long>> small(String name) {
    return Stores.keyValueStoreBuilder(
        Stores.inMemoryKeyValueStore(name), Serdes.String(), Serdes.Long());
  }
}
