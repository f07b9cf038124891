package io.kspan.topology.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.NO_DEFAULT_VALUE;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.Type.BOOLEAN;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LIST;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;
import static org.apache.kafka.common.config.ConfigDef.ValidString.in;

import io.kspan.topology.assemble.TraceSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.NonEmptyString;

/** The keys of the topology: documentation, defaults, and what is valid. */
abstract class TopologyKeys extends AbstractConfig {
  public static final String KAFKA_PREFIX = "kafka.";

  public static final String BOOTSTRAP_SERVERS_CONFIG = "bootstrap.servers";
  static final String BOOTSTRAP_SERVERS_DOC = "Kafka brokers, host:port, comma-separated.";

  public static final String APPLICATION_ID_CONFIG = "application.id";
  public static final String APPLICATION_ID_DEFAULT = "span-topology";
  static final String APPLICATION_ID_DOC =
      "Consumer group and prefix of internal topics; the same for all instances that share the work.";

  public static final String TOPIC_PREFIX_CONFIG = "topic.prefix";
  public static final String TOPIC_PREFIX_DEFAULT = "k8s.";
  static final String TOPIC_PREFIX_DOC =
      "Names all topics: <prefix>events, objects, lineage, spans, changes, logs, dead-letters.";

  public static final String CLUSTER_NAME_CONFIG = "cluster.name";
  public static final String CLUSTER_NAME_DEFAULT = "default";
  static final String CLUSTER_NAME_DOC = "Cluster of records without envelope.";

  public static final String INPUT_REKEY_CONFIG = "input.rekey";
  static final String INPUT_REKEY_DOC =
      "Whether to send the records of both inputs on by the reference of the object that they are about, for topics of"
          + " exporters that key them otherwise or not at all; their partition counts may differ then. Without it,"
          + " records must have the key that the connector writes. Another value needs another application.id.";

  public static final String ORPHAN_WINDOW_CONFIG = "orphan.window.ms";
  static final String ORPHAN_WINDOW_DOC =
      "How long an event waits for an object or owner that has not been seen.";

  public static final String WATERMARK_LATENESS_CONFIG = "watermark.lateness.ms";
  public static final String INFINITE = "infinite";
  static final String WATERMARK_LATENESS_DOC =
      "How far a record may lie behind the highest receipt read from its partition without being late;"
          + " 'infinite' decides nothing before the end markers (replay of captures).";

  public static final String IDLE_GRACE_CONFIG = "idle.grace.ms";
  static final String IDLE_GRACE_DOC =
      "How far behind now the watermark of a partition stays that has been read to its end.";

  public static final String DEDUPE_WINDOW_CONFIG = "dedupe.window.ms";
  static final String DEDUPE_WINDOW_DOC =
      "How long after its receipt an occurrence is recognised when it comes again; at least the API server's"
          + " --event-ttl, or a list repeats spans. Costs an entry per occurrence in seen-occurrences. Default of the"
          + " three settings that follow.";

  public static final String DELETED_RETENTION_CONFIG = "deleted.objects.retention.ms";
  static final String DELETED_RETENTION_DOC =
      "How long after its deletion an object still gives its late events their owners, and its name to guesses. Costs an"
          + " entry per deleted object in the lineage topic and on every instance. Default: dedupe.window.ms.";

  public static final String UNSEEN_LOOKBACK_CONFIG = "unseen.objects.lookback.ms";
  static final String UNSEEN_LOOKBACK_DOC =
      "How long after its receipt an event still helps to guess the owner of an object that was never seen: what it"
          + " names as its effect, and that it is the first about its object. Costs an entry per such event in the"
          + " lineage topic and on every instance. Default: dedupe.window.ms.";

  public static final String MISSED_DELETION_DELAY_CONFIG = "missed.deletion.delay.ms";
  static final String MISSED_DELETION_DELAY_DOC =
      "How long after a complete list an object that it does not contain counts as deleted. Shorter than the input can"
          + " lag behind, all traces wait until every instance has searched its objects; longer, the state of such"
          + " objects is kept for longer. Default: dedupe.window.ms.";

  public static final String REPLAY_LOOKBACK_CONFIG = "replay.lookback.ms";
  static final String REPLAY_LOOKBACK_DOC =
      "How long before --from the command replay reads events. Shorter is faster, but copies whose first receipt is not"
          + " read count anew, and guesses know less. At least 2 * trace.max.duration.ms + trace.inactivity.ms. Default:"
          + " trace.max.duration.ms more than the longest of dedupe.window.ms, unseen.objects.lookback.ms, and"
          + " trace.max.duration.ms + trace.inactivity.ms.";

  public static final String ROOT_RETENTION_CONFIG = "root.retention.ms";
  static final String ROOT_RETENTION_DOC =
      "How long the written changes of a root are remembered after the last trace and object of it; and how"
          + " long events wait for a version that can assemble them. At least trace.max.duration.ms + 300000.";

  public static final String SETTLE_CONFIG = "trace.settle.ms";
  static final String SETTLE_DOC = "Quiet time after which the session of a settled tree ends.";

  public static final String SETTLE_WARNING_CONFIG = "trace.settle.warning.ms";
  static final String SETTLE_WARNING_DOC =
      "How long the session of a settled tree goes on after a warning: a probe that fails every 10 s"
          + " and the restart that follows are one trace.";

  public static final String SETTLE_UNKNOWN_CONFIG = "trace.settle.unknown.ms";
  static final String SETTLE_UNKNOWN_DOC =
      "The same for a tree whose root does not say whether it has settled.";

  public static final String INACTIVITY_CONFIG = "trace.inactivity.ms";
  static final String INACTIVITY_DOC =
      "The same for a tree that has not settled; and how long after a change its trace may start.";

  public static final String FAILING_CONFIG = "trace.failing.ms";
  static final String FAILING_DOC =
      "After this a session ends as soon as any object of its tree is failing.";

  public static final String MAX_DURATION_CONFIG = "trace.max.duration.ms";
  static final String MAX_DURATION_DOC = "After this a session ends in any case.";

  public static final String MAX_OCCURRENCES_CONFIG = "trace.max.occurrences";
  static final String MAX_OCCURRENCES_DOC =
      "A session of so many occurrences ends before the next one, so that a storm cannot exhaust an instance.";

  public static final String DELIVERY_WINDOW_CONFIG = "trace.delivery.window.ms";
  static final String DELIVERY_WINDOW_DOC =
      "How long after the first change of a release another one belongs to it, where its objects name no revision."
          + " 0: only revisions tell.";

  public static final String BOUNDARY_KINDS_CONFIG = "trace.boundary.kinds";
  static final String BOUNDARY_KINDS_DOC =
      "Kinds that are not climbed into: what they own is a root of its own.";

  public static final String CAUSE_RULES_FILE_CONFIG = "trace.cause.rules.file";
  static final String CAUSE_RULES_FILE_DOC =
      "File with further cause rules, which win over those that ship: kind (or *), reason, regex with a group 'name',"
          + " named kind, up or down; separated by tabs, one a line. Empty for none.";

  public static final String STATUS_RULES_FILE_CONFIG = "trace.status.rules.file";
  static final String STATUS_RULES_FILE_DOC =
      "File with further status rules, which win over those that ship: kind (or *), group (core for none), failed, suspended,"
          + " settled or failing, CEL expression; separated by tabs, one a line. Empty for none.";

  public static final String WATCHED_KINDS_CONFIG = "watched.kinds";
  static final String WATCHED_KINDS_DOC =
      "Kinds whose objects are waited for, besides those that the connector announces.";

  public static final String TOP_LEVEL_ANNOTATION_CONFIG = "trace.top.level.annotation";
  static final String TOP_LEVEL_ANNOTATION_DOC =
      "Annotation of an Event that makes it the root of its trace when it says 'true'.";

  public static final String TRACEPARENT_ANNOTATIONS_CONFIG = "trace.traceparent.annotations";
  static final String TRACEPARENT_ANNOTATIONS_DOC =
      "Annotations of objects and Events that carry a W3C traceparent, with its tracestate in the annotation beside it"
          + " (x/traceparent, x/tracestate), or both in a JSON map of headers as Tekton writes it; in order of preference.";

  public static final String SERVICE_NAME_MODE_CONFIG = "service.name.mode";
  static final String SERVICE_NAME_MODE_DOC =
      "service.name of a span: the reporting 'component', the 'workload' that it is about, as OpenTelemetry derives it from"
          + " annotations, labels and names of Kubernetes, or one 'fixed' name.";

  public static final String SPAN_LABELS_CONFIG = "span.labels";
  static final String SPAN_LABELS_DOC =
      "Labels of an object and its owners that become attributes k8s.<kind>.label.<key> of its spans. Empty for none. A change of"
          + " this setting counts for versions of objects that are received after it.";

  public static final String SPAN_ANNOTATIONS_CONFIG = "span.annotations";
  static final String SPAN_ANNOTATIONS_DOC =
      "The same for annotations, as k8s.<kind>.annotation.<key>. What an annotation holds may be secret: name only those that"
          + " every user of the backend may read. The connector has to publish them (its projection.annotations).";

  public static final String SERVICE_NAME_CONFIG = "service.name";
  static final String SERVICE_NAME_DOC = "The name in mode 'fixed'.";

  public static final String RESOURCE_ATTRIBUTES_CONFIG = "otel.resource.attributes";
  static final String RESOURCE_ATTRIBUTES_DOC =
      "Further resource attributes of every span, as in OTEL_RESOURCE_ATTRIBUTES, which sets this too:"
          + " key=value, separated by commas. What the events say themselves wins.";

  public static final String PARENT_MODE_CONFIG = "trace.parent.mode";
  static final String PARENT_MODE_DOC =
      "What the traceparent of a root object, or of an Event that begins its trace, does to the span of a change: 'link'"
          + " links it to that span, 'parent' makes it a child in that trace. Others are links.";

  public static final String ATTRIBUTE_MAX_LENGTH_CONFIG = "attribute.value.max.length";
  static final String ATTRIBUTE_MAX_LENGTH_DOC =
      "Attribute values are cut to this many bytes of UTF-8, between characters.";

  public static final String REQUEST_MAX_BYTES_CONFIG = "spans.request.max.bytes";
  static final String REQUEST_MAX_BYTES_DOC =
      "Largest record written to the spans topic, and to the logs topic.";

  public static final String ROCKSDB_MEMORY_CONFIG = "rocksdb.memory.max.bytes";
  static final String ROCKSDB_MEMORY_DOC =
      "Memory outside the heap for the stores of all tasks of an instance together: what has just been written, and what"
          + " has been read from disk. An instance needs its heap, this, and about 0.4 GB for the JVM.";

  public static final String SHUTDOWN_CONFIG = "shutdown.timeout.ms";
  static final String SHUTDOWN_DOC =
      "How long stopping may take; less than the supervisor of the process waits.";

  static final String READINESS_MAX_LAG_CONFIG = "readiness.max.lag";
  static final String READINESS_MAX_LAG_DOC =
      "An instance that is more records behind the end of one of its input partitions is not ready.";

  static final String FIXED = "fixed";
  static final String WORKLOAD = "workload";
  private static final String COMPONENT = "component";
  private static final String LINK = "link";
  static final String PARENT = "parent";
  private static final int MIN_ATTRIBUTE_LENGTH = 16;
  private static final int MIN_REQUEST_BYTES = 4096;
  private static final int DEFAULT_REQUEST_BYTES = 512 * 1024;
  private static final long MIN_ROCKSDB_BYTES = 16L << 20;
  private static final long DEFAULT_ROCKSDB_BYTES = 512L << 20;
  // Can still be added to any receipt.
  private static final long A_CENTURY_MILLIS = 3_155_760_000_000L;

  // Each is stored with every version of an object.
  private static final ConfigDef.Validator METADATA_KEYS = ConfigDef.ListSize.atMostOfSize(64);

  private static final ConfigDef.Range MILLIS = between(0, A_CENTURY_MILLIS);
  // Without a value, the default is derived from other settings.
  private static final ConfigDef.Validator DERIVED_MILLIS =
      ConfigDef.LambdaValidator.with(
          (key, value) -> {
            if (value != null) {
              MILLIS.ensureValid(key, value);
            }
          },
          MILLIS::toString);

  /** Kinds that keep spawning independent runs (trace-model 3.4). */
  private static final String BOUNDARY_KINDS_DEFAULT =
      "CronJob,Node,NodePool,MachineSet,ScaledJob,CronWorkflow,AdvancedCronJob,"
          + "ScheduledSparkApplication,ScheduledBackup,EphemeralRunnerSet";

  private static final String WATCHED_KINDS_DEFAULT =
      "Pod,ReplicaSet,Deployment,StatefulSet,DaemonSet,Job,CronJob,HorizontalPodAutoscaler,"
          + "PersistentVolumeClaim,Node,Namespace,PodDisruptionBudget";

  /** In the order of the pipeline, which is that of the documentation. */
  static final ConfigDef DEFINITION = new ConfigDef();

  static {
    defineInput(DEFINITION);
    defineTime(DEFINITION);
    defineTraces(DEFINITION);
    defineOutput(DEFINITION);
    ChangeSettings.define(DEFINITION);
    StateSpanSettings.define(DEFINITION);
    LogSettings.define(DEFINITION);
    FilterSettings.define(DEFINITION);
    DEFINITION.define(HttpListen.CONFIG, STRING, "", HttpListen.VALID, MEDIUM, HttpListen.DOC);
    DEFINITION.define(
        READINESS_MAX_LAG_CONFIG, LONG, 10_000, atLeast(0), LOW, READINESS_MAX_LAG_DOC);
  }

  private static void defineInput(ConfigDef keys) {
    keys.define(
        BOOTSTRAP_SERVERS_CONFIG,
        STRING,
        NO_DEFAULT_VALUE,
        new NonEmptyString(),
        HIGH,
        BOOTSTRAP_SERVERS_DOC);
    keys.define(
        APPLICATION_ID_CONFIG,
        STRING,
        APPLICATION_ID_DEFAULT,
        new NonEmptyString(),
        HIGH,
        APPLICATION_ID_DOC);
    keys.define(TOPIC_PREFIX_CONFIG, STRING, TOPIC_PREFIX_DEFAULT, HIGH, TOPIC_PREFIX_DOC);
    keys.define(CLUSTER_NAME_CONFIG, STRING, CLUSTER_NAME_DEFAULT, MEDIUM, CLUSTER_NAME_DOC);
    keys.define(INPUT_REKEY_CONFIG, BOOLEAN, false, LOW, INPUT_REKEY_DOC);
  }

  private static void defineTime(ConfigDef keys) {
    keys.define(ORPHAN_WINDOW_CONFIG, LONG, 10_000, atLeast(0), MEDIUM, ORPHAN_WINDOW_DOC);
    keys.define(
        WATERMARK_LATENESS_CONFIG,
        STRING,
        "2000",
        new NonEmptyString(),
        MEDIUM,
        WATERMARK_LATENESS_DOC);
    keys.define(IDLE_GRACE_CONFIG, LONG, 5_000, atLeast(0), MEDIUM, IDLE_GRACE_DOC);
    keys.define(DEDUPE_WINDOW_CONFIG, LONG, 7_200_000, MILLIS, MEDIUM, DEDUPE_WINDOW_DOC);
    keys.define(DELETED_RETENTION_CONFIG, LONG, null, DERIVED_MILLIS, LOW, DELETED_RETENTION_DOC);
    keys.define(UNSEEN_LOOKBACK_CONFIG, LONG, null, DERIVED_MILLIS, LOW, UNSEEN_LOOKBACK_DOC);
    keys.define(
        MISSED_DELETION_DELAY_CONFIG, LONG, null, DERIVED_MILLIS, LOW, MISSED_DELETION_DELAY_DOC);
    keys.define(REPLAY_LOOKBACK_CONFIG, LONG, null, DERIVED_MILLIS, LOW, REPLAY_LOOKBACK_DOC);
    keys.define(ROOT_RETENTION_CONFIG, LONG, 604_800_000, MILLIS, LOW, ROOT_RETENTION_DOC);
  }

  private static void defineTraces(ConfigDef keys) {
    keys.define(SETTLE_CONFIG, LONG, 10_000, atLeast(0), MEDIUM, SETTLE_DOC);
    keys.define(SETTLE_WARNING_CONFIG, LONG, 40_000, atLeast(0), MEDIUM, SETTLE_WARNING_DOC);
    keys.define(SETTLE_UNKNOWN_CONFIG, LONG, 60_000, atLeast(0), MEDIUM, SETTLE_UNKNOWN_DOC);
    keys.define(INACTIVITY_CONFIG, LONG, 300_000, atLeast(0), MEDIUM, INACTIVITY_DOC);
    keys.define(FAILING_CONFIG, LONG, 120_000, atLeast(0), MEDIUM, FAILING_DOC);
    keys.define(MAX_DURATION_CONFIG, LONG, 600_000, atLeast(1), MEDIUM, MAX_DURATION_DOC);
    keys.define(MAX_OCCURRENCES_CONFIG, INT, 100_000, atLeast(1), LOW, MAX_OCCURRENCES_DOC);
    keys.define(DELIVERY_WINDOW_CONFIG, LONG, 300_000, MILLIS, MEDIUM, DELIVERY_WINDOW_DOC);
    keys.define(BOUNDARY_KINDS_CONFIG, LIST, BOUNDARY_KINDS_DEFAULT, LOW, BOUNDARY_KINDS_DOC);
    keys.define(CAUSE_RULES_FILE_CONFIG, STRING, "", LOW, CAUSE_RULES_FILE_DOC);
    keys.define(STATUS_RULES_FILE_CONFIG, STRING, "", LOW, STATUS_RULES_FILE_DOC);
    keys.define(WATCHED_KINDS_CONFIG, LIST, WATCHED_KINDS_DEFAULT, LOW, WATCHED_KINDS_DOC);
    keys.define(TOP_LEVEL_ANNOTATION_CONFIG, STRING, "topLevelSpan", LOW, TOP_LEVEL_ANNOTATION_DOC);
    keys.define(
        TRACEPARENT_ANNOTATIONS_CONFIG,
        LIST,
        "traceparent,tracing.k8s.io/traceparent,tekton.dev/pipelinerunSpanContext,"
            + "tekton.dev/taskrunSpanContext",
        LOW,
        TRACEPARENT_ANNOTATIONS_DOC);
    keys.define(PARENT_MODE_CONFIG, STRING, LINK, in(LINK, PARENT), LOW, PARENT_MODE_DOC);
  }

  private static void defineOutput(ConfigDef keys) {
    keys.define(
        SPAN_LABELS_CONFIG,
        LIST,
        TraceSettings.DEFAULT_LABELS,
        METADATA_KEYS,
        MEDIUM,
        SPAN_LABELS_DOC);
    keys.define(SPAN_ANNOTATIONS_CONFIG, LIST, "", METADATA_KEYS, MEDIUM, SPAN_ANNOTATIONS_DOC);
    keys.define(RESOURCE_ATTRIBUTES_CONFIG, STRING, "", LOW, RESOURCE_ATTRIBUTES_DOC);
    keys.define(
        SERVICE_NAME_MODE_CONFIG,
        STRING,
        COMPONENT,
        in(COMPONENT, WORKLOAD, FIXED),
        MEDIUM,
        SERVICE_NAME_MODE_DOC);
    keys.define(
        SERVICE_NAME_CONFIG, STRING, "kubernetes", new NonEmptyString(), LOW, SERVICE_NAME_DOC);
    keys.define(
        ATTRIBUTE_MAX_LENGTH_CONFIG,
        INT,
        4096,
        atLeast(MIN_ATTRIBUTE_LENGTH),
        LOW,
        ATTRIBUTE_MAX_LENGTH_DOC);
    keys.define(
        REQUEST_MAX_BYTES_CONFIG,
        INT,
        DEFAULT_REQUEST_BYTES,
        atLeast(MIN_REQUEST_BYTES),
        LOW,
        REQUEST_MAX_BYTES_DOC);
    keys.define(
        ROCKSDB_MEMORY_CONFIG,
        LONG,
        DEFAULT_ROCKSDB_BYTES,
        atLeast(MIN_ROCKSDB_BYTES),
        MEDIUM,
        ROCKSDB_MEMORY_DOC);
    keys.define(SHUTDOWN_CONFIG, LONG, 20_000, atLeast(1), LOW, SHUTDOWN_DOC);
  }

  TopologyKeys(Map<String, String> properties) {
    super(DEFINITION, SettingValues.checked(DEFINITION, properties), false);
  }

  @Override
  protected Map<String, Object> postProcessParsedConfig(Map<String, Object> parsed) {
    Map<String, Object> derived = new HashMap<>();
    Object dedupeWindow = parsed.get(DEDUPE_WINDOW_CONFIG);
    for (String key :
        List.of(DELETED_RETENTION_CONFIG, UNSEEN_LOOKBACK_CONFIG, MISSED_DELETION_DELAY_CONFIG)) {
      derived.put(key, Objects.requireNonNullElse(parsed.get(key), dedupeWindow));
    }
    if (parsed.get(REPLAY_LOOKBACK_CONFIG) == null) {
      long maxDuration = (Long) parsed.get(MAX_DURATION_CONFIG);
      long session = sum(maxDuration, (Long) parsed.get(INACTIVITY_CONFIG));
      long known = Math.max((Long) dedupeWindow, (Long) derived.get(UNSEEN_LOOKBACK_CONFIG));
      derived.put(
          REPLAY_LOOKBACK_CONFIG,
          Math.min(A_CENTURY_MILLIS, sum(maxDuration, Math.max(known, session))));
    }
    return derived;
  }

  /** The sum of two numbers that are not negative; the largest number if it is larger. */
  static long sum(long one, long other) {
    return one > Long.MAX_VALUE - other ? Long.MAX_VALUE : one + other;
  }
}
