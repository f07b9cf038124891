package io.kspan.topology.config;

import io.kspan.topology.assemble.CauseRuleReader;
import io.kspan.topology.assemble.CauseRules;
import io.kspan.topology.assemble.SnapshotRetention;
import io.kspan.topology.assemble.TraceSettings;
import io.kspan.topology.assemble.WorkloadService;
import io.kspan.topology.envelope.CarriedMetadata;
import io.kspan.topology.envelope.EnvelopeReader;
import io.kspan.topology.envelope.InputFilter;
import io.kspan.topology.names.Topics;
import io.kspan.topology.otlp.TraceSampling;
import io.kspan.topology.status.StatusExpression;
import io.kspan.topology.status.StatusRuleReader;
import io.kspan.topology.status.StatusRules;
import io.opentelemetry.sdk.autoconfigure.ResourceConfiguration;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.autoconfigure.spi.internal.DefaultConfigProperties;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/**
 * The topology's own settings; keys with the prefix {@code kafka.} go to Kafka Streams as they are.
 *
 * <p>Immutable and thread-safe. Unknown own keys are refused, since a misspelt setting would be
 * silently without effect.
 */
public final class TopologyConfig extends TopologyKeys {
  private final Topics topics;

  /**
   * Reads and checks settings; a {@link ConfigException} names the key, the value and what is
   * allowed.
   */
  public TopologyConfig(Map<String, String> properties) {
    this(properties, null);
  }

  /** The same with other topics than the prefix names, unless {@code topics} is null. */
  public TopologyConfig(Map<String, String> properties, Topics topics) {
    super(properties);
    this.topics = topics == null ? liveTopics() : topics;
    Set<String> own = new HashSet<>(properties.keySet());
    own.removeIf(key -> key.startsWith(KAFKA_PREFIX));
    UnknownSettings.refuse(
        own, DEFINITION.names(), "settings of Kafka Streams take the prefix " + KAFKA_PREFIX);
    latenessMillis();
    checkRootRetention();
    checkReplayLookback();
    causeRules();
    statusRules();
    traceSettings();
  }

  private Topics liveTopics() {
    Topics all = Topics.withPrefix(getString(TOPIC_PREFIX_CONFIG));
    Topics changes = getBoolean(ChangeSettings.CHANGES_CONFIG) ? all : all.withoutChanges();
    return getBoolean(LogSettings.CONFIG) ? changes : changes.withoutLogs();
  }

  /** For documentation. */
  public static ConfigDef definition() {
    return new ConfigDef(DEFINITION);
  }

  public String bootstrapServers() {
    return getString(BOOTSTRAP_SERVERS_CONFIG);
  }

  public String applicationId() {
    return getString(APPLICATION_ID_CONFIG);
  }

  public Topics topics() {
    return topics;
  }

  /** The annotation with the time of a commit; empty for none. */
  public String commitTimeAnnotation() {
    return getString(ChangeSettings.COMMIT_TIME_ANNOTATION_CONFIG);
  }

  /** Whether a replay writes changes. */
  public boolean replaysChanges() {
    return topics.hasChanges() && getBoolean(ChangeSettings.REPLAY_CHANGES_CONFIG);
  }

  public String clusterName() {
    return getString(CLUSTER_NAME_CONFIG);
  }

  public boolean rekeysInput() {
    return getBoolean(INPUT_REKEY_CONFIG);
  }

  public long orphanWindowMillis() {
    return getLong(ORPHAN_WINDOW_CONFIG);
  }

  public long idleGraceMillis() {
    return getLong(IDLE_GRACE_CONFIG);
  }

  public long dedupeWindowMillis() {
    return getLong(DEDUPE_WINDOW_CONFIG);
  }

  /** How long lineage is kept after the deletion of its object. */
  public long deletedRetentionMillis() {
    return getLong(DELETED_RETENTION_CONFIG);
  }

  /** How long what events say about unseen objects is kept. */
  public long unseenLookbackMillis() {
    return getLong(UNSEEN_LOOKBACK_CONFIG);
  }

  /** How long after a complete list an object that it does not contain counts as deleted. */
  public long missedDeletionDelayMillis() {
    return getLong(MISSED_DELETION_DELAY_CONFIG);
  }

  /** How long before its range a replay reads events. */
  public long replayLookbackMillis() {
    return getLong(REPLAY_LOOKBACK_CONFIG);
  }

  /** How long changes of one release may lie apart where nothing else tells it from the next. */
  public long deliveryWindowMillis() {
    return getLong(DELIVERY_WINDOW_CONFIG);
  }

  public long rootRetentionMillis() {
    return getLong(ROOT_RETENTION_CONFIG);
  }

  /** {@link Long#MAX_VALUE} if infinite. */
  public long latenessMillis() {
    String value = getString(WATERMARK_LATENESS_CONFIG);
    if (value.equals(INFINITE)) {
      return Long.MAX_VALUE;
    }
    try {
      long millis = Long.parseLong(value);
      if (millis >= 0) {
        return millis;
      }
    } catch (NumberFormatException notANumber) {
      // Said below, with the value.
    }
    throw new ConfigException(
        WATERMARK_LATENESS_CONFIG, value, "must be milliseconds, at least 0, or 'infinite'");
  }

  public Set<String> boundaryKinds() {
    return Set.copyOf(getList(BOUNDARY_KINDS_CONFIG));
  }

  public Set<String> watchedKinds() {
    return Set.copyOf(getList(WATCHED_KINDS_CONFIG));
  }

  /** The labels and annotations that spans name. */
  private CarriedMetadata spanMetadata() {
    CarriedMetadata named =
        new CarriedMetadata(getList(SPAN_LABELS_CONFIG), getList(SPAN_ANNOTATIONS_CONFIG));
    return commitTimeAnnotation().isEmpty()
        ? named
        : named.and(new CarriedMetadata(List.of(), List.of(commitTimeAnnotation())));
  }

  /**
   * The labels and annotations of any object that spans name and that the name of a service needs.
   */
  private CarriedMetadata carriedMetadata() {
    CarriedMetadata carried = spanMetadata();
    return getString(SERVICE_NAME_MODE_CONFIG).equals(WORKLOAD)
        ? carried.and(new CarriedMetadata(WorkloadService.LABELS, WorkloadService.ANNOTATIONS))
        : carried;
  }

  /**
   * A reader of the input.
   *
   * @param unanswered receives each expression of a status rule that failed on an object, and why
   * @param malformed receives the name of each annotation that should hold a trace context and does
   *     not
   */
  public EnvelopeReader envelopeReader(
      BiConsumer<StatusExpression, String> unanswered, Consumer<String> malformed) {
    return new EnvelopeReader(
        clusterName(),
        getString(TOP_LEVEL_ANNOTATION_CONFIG),
        getList(TRACEPARENT_ANNOTATIONS_CONFIG),
        carriedMetadata(),
        statusRules(),
        unanswered,
        malformed,
        StateSpanSettings.reader(this));
  }

  /** How long a session is open before its roots are written as provisional; 0 for never. */
  public long provisionalAfterMillis() {
    return getLong(StateSpanSettings.PROVISIONAL_AFTER_CONFIG);
  }

  /** What of the input becomes part of traces. */
  public InputFilter filter() {
    return FilterSettings.read(this);
  }

  /** Which traces are written. */
  public TraceSampling sampling() {
    return FilterSettings.sampling(this);
  }

  /** Where probes and scrapes are answered; empty for nowhere. */
  public Optional<InetSocketAddress> httpListen() {
    return HttpListen.parse(getString(HttpListen.CONFIG));
  }

  public long readinessMaxLag() {
    return getLong(READINESS_MAX_LAG_CONFIG);
  }

  public int requestMaxBytes() {
    return getInt(REQUEST_MAX_BYTES_CONFIG);
  }

  /** Outside the heap, for all stores of this JVM. */
  public long rocksDbMemoryMaxBytes() {
    return getLong(ROCKSDB_MEMORY_CONFIG);
  }

  /** The settings of the trace model. */
  public TraceSettings traceSettings() {
    return new TraceSettings(
        nanos(SETTLE_CONFIG),
        nanos(SETTLE_WARNING_CONFIG),
        nanos(SETTLE_UNKNOWN_CONFIG),
        nanos(INACTIVITY_CONFIG),
        nanos(FAILING_CONFIG),
        nanos(MAX_DURATION_CONFIG),
        getInt(MAX_OCCURRENCES_CONFIG),
        nanos(ORPHAN_WINDOW_CONFIG),
        getInt(ATTRIBUTE_MAX_LENGTH_CONFIG),
        getString(SERVICE_NAME_MODE_CONFIG).equals(FIXED) ? getString(SERVICE_NAME_CONFIG) : "",
        getString(SERVICE_NAME_MODE_CONFIG).equals(WORKLOAD),
        spanMetadata().names(),
        getString(PARENT_MODE_CONFIG).equals(PARENT),
        resourceAttributes());
  }

  /** The cause rules, those of the user first; a {@link ConfigException} names file and line. */
  public CauseRules causeRules() {
    return CauseRules.withUserRules(rules(CAUSE_RULES_FILE_CONFIG, CauseRuleReader::read));
  }

  /**
   * The status rules, those of the user first.
   *
   * @throws ConfigException likewise
   */
  public StatusRules statusRules() {
    return StatusRules.withUserRules(rules(STATUS_RULES_FILE_CONFIG, StatusRuleReader::read));
  }

  private <R> List<R> rules(String setting, BiFunction<List<String>, String, List<R>> reader) {
    String file = getString(setting);
    if (file.isEmpty()) {
      return List.of();
    }
    try {
      return reader.apply(Files.readAllLines(Path.of(file)), file);
    } catch (IOException | InvalidPathException e) {
      throw new ConfigException(setting, file, "cannot be read (" + e + "); check the path");
    } catch (IllegalArgumentException e) {
      throw new ConfigException(e.getMessage());
    }
  }

  /** Settings of Kafka Streams given with the prefix, without it. */
  public Map<String, Object> kafkaSettings() {
    return new HashMap<>(originalsWithPrefix(KAFKA_PREFIX));
  }

  /** As the OpenTelemetry SDK reads {@code OTEL_RESOURCE_ATTRIBUTES}. */
  private SortedMap<String, String> resourceAttributes() {
    String value = getString(RESOURCE_ATTRIBUTES_CONFIG);
    SortedMap<String, String> attributes = new TreeMap<>();
    try {
      ResourceConfiguration.createEnvironmentResource(
              DefaultConfigProperties.createFromMap(Map.of(RESOURCE_ATTRIBUTES_CONFIG, value)))
          .getAttributes()
          .forEach((name, one) -> attributes.put(name.getKey(), one.toString()));
    } catch (ConfigurationException | IllegalArgumentException e) {
      throw new ConfigException(
          RESOURCE_ATTRIBUTES_CONFIG,
          value,
          "must be key=value pairs separated by commas: " + e.getMessage());
    }
    return attributes;
  }

  /**
   * A root is kept until a session of the longest duration, and the time that its rules reach back,
   * is over.
   */
  private void checkRootRetention() {
    long maxDuration = getLong(MAX_DURATION_CONFIG);
    if (rootRetentionMillis() - SnapshotRetention.REACH_MILLIS < maxDuration) {
      throw new ConfigException(
          ROOT_RETENTION_CONFIG,
          rootRetentionMillis(),
          "must be at least %d above %s (%d); raise the one or lower the other"
              .formatted(SnapshotRetention.REACH_MILLIS, MAX_DURATION_CONFIG, maxDuration));
    }
  }

  /** A session of the longest duration, and the quiet time before it, must be read completely. */
  private void checkReplayLookback() {
    long maxDuration = getLong(MAX_DURATION_CONFIG);
    long least = sum(sum(maxDuration, maxDuration), getLong(INACTIVITY_CONFIG));
    // A derived one is only smaller if these exceed a century.
    if (originals().containsKey(REPLAY_LOOKBACK_CONFIG) && replayLookbackMillis() < least) {
      throw new ConfigException(
          REPLAY_LOOKBACK_CONFIG,
          replayLookbackMillis(),
          "must be at least 2 * %s + %s (%d); raise it, or leave it out"
              .formatted(MAX_DURATION_CONFIG, INACTIVITY_CONFIG, least));
    }
  }

  private long nanos(String key) {
    return TimeUnit.MILLISECONDS.toNanos(getLong(key));
  }
}
