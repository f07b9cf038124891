package io.kspan.topology.metrics;

import static io.kspan.topology.metrics.Metric.Type.COUNTER;
import static io.kspan.topology.metrics.Metric.Type.GAUGE;
import static io.kspan.topology.metrics.Metric.Type.HISTOGRAM;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Every metric of the application, in the order of the pipeline. Its instrument and its line in
 * docs/metrics.md are made from this declaration.
 *
 * <p>{@code INPUT_LAG} is {@code kspan.topology.input_lag} in OpenTelemetry, {@code STREAMS_X} is
 * {@code kafka.streams.x}, {@code SINK_X} is {@code kspan.sink.x}, likewise {@code CHANGE_X} and
 * {@code SERVE_X}; the names of Prometheus are derived from these. Labels have few values, never
 * the name of an object.
 */
public enum Metric {
  EVENTS(
      COUNTER,
      "{event}",
      "Occurrences of Events read, without copies.",
      "no increase for longer than your cluster is ever silent: the connector has stopped"),
  OBJECTS(COUNTER, "{object}", "Versions of objects read."),
  MISSED_DELETIONS(
      COUNTER,
      "{object}",
      "Objects that counted as deleted because a complete list did not contain them."),
  DUPLICATES(
      COUNTER,
      "{record}",
      "Copies of occurrences and of versions of objects, which lists and restarts of the connector make."),
  FILTERED_RECORDS(
      COUNTER, "{record}", "Events and versions of objects that the filters leave out."),
  DEAD_LETTERS(
      COUNTER,
      "{record}",
      "Records put aside: `unreadable` input, or what a processor `failed` at.",
      "any increase: read the headers of the newest record in the dead-letter topic",
      Label.REASON),
  LATE_EVENTS(
      COUNTER,
      "{event}",
      "Occurrences read after the watermark had passed their receipt.",
      "a steady increase: the connector reorders by more than `watermark.lateness.ms`, and traces depend on the order of arrival"),
  INPUT_LAG(
      GAUGE,
      "{record}",
      "Records of an input partition of this instance that are not processed yet.",
      "growing for 10 min: too few instances, or one that hangs",
      Label.TOPIC,
      Label.PARTITION),
  WATERMARK_LAG(
      GAUGE,
      "s",
      "How far the watermark of a task is behind now: `place` by what it has read and searched for missed deletions, `gather` by what all placing tasks have decided; 0 while no trace waits for it.",
      "`place` above 60 s with `kspan.topology.input_lag` at 0, or `gather` above 60 s + `orphan.window.ms`: no trace is finished meanwhile",
      Label.STAGE,
      Label.PARTITION),
  WATERMARK_HELD(
      GAUGE,
      "s",
      "How far what a placing task has decided is behind what it has read, because an item waits for an owner.",
      "above `orphan.window.ms` for 10 min: every trace is that much later; see `kspan.topology.pending_orphans` for the kind",
      Label.PARTITION),
  PENDING_ORPHANS(
      GAUGE,
      "{item}",
      "Events and versions of objects that wait for an owner that has not been seen yet.",
      Label.KIND,
      Label.PARTITION),
  TIMED_OUT_ORPHANS(
      COUNTER,
      "{item}",
      "Events and versions of objects whose owner was not seen within `orphan.window.ms`; they are placed without it.",
      "a steady increase of one kind: the connector does not watch its owners; add the kind to `resources`",
      Label.KIND),
  INFERRED_OWNERS(COUNTER, "{event}", "Occurrences for which an owner was guessed."),
  OPEN_ROOTS(
      GAUGE,
      "{root}",
      "Roots with events that are in no finished trace yet, counted since the task started on this instance.",
      Label.PARTITION),
  FINISHED_TRACES(
      COUNTER,
      "{trace}",
      "Finished traces by why they ended and what became of the change; `overflow` is a storm that was cut.",
      "`kspan.finished.by=overflow`: an object makes more than `trace.max.occurrences` events",
      Label.FINISHED_BY,
      Label.OUTCOME),
  UNSAMPLED_TRACES(COUNTER, "{trace}", "Finished traces that sampling leaves out."),
  SPANS(COUNTER, "{span}", "Spans written to the spans topic."),
  LOG_RECORDS(
      COUNTER, "{log_record}", "Log records written to the logs topic, with `logs.enabled`."),
  FAILED_EVALUATIONS(
      COUNTER,
      "{evaluation}",
      "Evaluations of roots that failed; the events of the root are kept.",
      "any increase: a bug, the log names the root"),
  DROPPED_EVENTS(
      COUNTER,
      "{event}",
      "Occurrences of roots that could not be evaluated, dropped after `root.retention.ms`.",
      "any increase: events are missing from traces for good"),
  ABANDONED_CAUSE_RULES(
      COUNTER,
      "{match}",
      "Messages for which a cause rule was given up because it takes too long.",
      "any increase: simplify the rule that the log names"),
  PUNCTUATIONS(COUNTER, "{call}", "Calls of the timers that decide and assemble.", Label.STAGE),
  FAILED_STATUS_EXPRESSIONS(
      COUNTER,
      "{evaluation}",
      "Evaluations of an expression of a status rule that failed or took too long, so counted as false.",
      "any increase: correct the expression that the log names"),
  MALFORMED_TRACEPARENTS(
      COUNTER,
      "{annotation}",
      "Annotations in records read that `trace.traceparent.annotations` lists and that hold no W3C trace context; they are ignored.",
      "a steady increase: changes are not linked to their pipeline; the log names the annotation"),
  PUNCTUATION_TIME(
      COUNTER,
      "s",
      "Time spent in these timers.",
      "its rate divided by that of `kspan.topology.punctuations` above 1 s: polls are late, and rebalances follow",
      Label.STAGE),
  STREAMS_CLIENT_STATE(
      GAUGE,
      "{instance}",
      "1 for the state the client is in.",
      "`ERROR`, or not `RUNNING` for 15 min",
      Label.STATE),
  STREAMS_ALIVE_THREADS(
      GAUGE, "{thread}", "Stream threads that run.", "below `kafka.num.stream.threads`"),
  STREAMS_MAX_COMMIT_LATENCY(
      GAUGE,
      "s",
      "Longest commit of a thread in the last half minute.",
      "above 10 s: slow brokers or disks; the transaction times out after 60 s"),
  STREAMS_MAX_PUNCTUATE_LATENCY(
      GAUGE, "s", "Longest turn of the timers of a thread in the last half minute."),
  STREAMS_RESTORE_REMAINING(
      GAUGE, "{record}", "Changelog records that active tasks still have to restore."),
  STREAMS_STORE_SIZE(
      GAUGE,
      "By",
      "Size of the table files of a store, all tasks.",
      "predicts a full disk (`predict_linear`): a full disk stops the instance",
      Label.STORE),
  STREAMS_STORE_KEYS(
      GAUGE, "{key}", "Estimated number of keys of a store, all tasks.", Label.STORE),
  SINK_RECORDS(COUNTER, "{record}", "Records read from the spans topic and the logs topic."),
  SINK_SPANS(
      COUNTER,
      "{span}",
      "Spans that the backend has accepted.",
      "no increase while `kspan.sink.lag` is above 0"),
  SINK_REJECTED_SPANS(
      COUNTER,
      "{span}",
      "Spans that the backend left out of requests that it accepted.",
      "any increase: the dead letters have its words"),
  SINK_LOG_RECORDS(
      COUNTER, "{log_record}", "Log records that the backend has accepted, with `logs.enabled`."),
  SINK_REJECTED_LOG_RECORDS(
      COUNTER,
      "{log_record}",
      "Log records that the backend left out of requests that it accepted.",
      "any increase: the dead letters have its words"),
  SINK_REQUEST_DURATION(
      HISTOGRAM,
      "s",
      "From a request to its answer; `error.type` is the HTTP or gRPC status, or the exception, of one that failed.",
      "99th percentile near `OTEL_EXPORTER_OTLP_TIMEOUT`: answers that come too late make duplicates",
      Label.ERROR_TYPE),
  SINK_RETRIES(
      COUNTER,
      "{request}",
      "Attempts that failed and are repeated.",
      "increasing for 5 min: the backend is down or refuses the credentials"),
  SINK_DEAD_LETTERS(
      COUNTER,
      "{record}",
      "Records put aside because the backend refuses them for good, or because they are no OTLP or no change.",
      "any increase: those spans are missing in the backend, those changes in the metrics",
      Label.REASON),
  SINK_LAG(
      GAUGE,
      "{record}",
      "Records of its partitions that the sink has not read.",
      "growing for 10 min: start more sinks, or check the backend"),
  SINK_PENDING(
      GAUGE, "By", "Bytes of records that were read and are not handed to the exporter yet."),
  SINK_PAUSED_TIME(
      COUNTER,
      "s",
      "Time for which the sink did not read on, because the backend failed or its buffer was full."),
  SERVE_TRACES(GAUGE, "{trace}", "Finished traces that `serve` keeps."),
  SERVE_SPANS(GAUGE, "{span}", "Their spans; the oldest traces go above `serve.max.spans`."),
  SERVE_UNREADABLE(
      COUNTER,
      "{record}",
      "Records of the spans topic that are no OTLP, so not shown.",
      "any increase: something else writes to the topic"),
  CHANGE_OUTCOMES(COUNTER, "{change}", "Finished changes by what became of them.", Label.OUTCOME),
  CHANGE_DURATION(
      HISTOGRAM,
      "s",
      "From a change of a spec to the end of its rollout; `k8s.object.name` only with `sink.changes.workload`.",
      "`kspan.outcome=failed`, by namespace: a rollout has failed; its exemplar names the trace",
      Label.CLUSTER,
      Label.NAMESPACE,
      Label.KIND,
      Label.OUTCOME,
      Label.NAME),
  CHANGE_RECOVERY_TIME(
      HISTOGRAM,
      "s",
      "From the start of the first change of a root that failed to the end of the next one that succeeded.",
      Label.CLUSTER,
      Label.NAMESPACE,
      Label.KIND),
  CHANGE_LEAD_TIME(
      HISTOGRAM,
      "s",
      "From the commit to the end of the change that succeeded with it; where `changes.commit.time.annotation` says the commit's time.",
      Label.CLUSTER,
      Label.NAMESPACE,
      Label.KIND);

  // Of an export: from a backend next door to the timeout of the exporter.
  private static final List<Double> ANSWERS =
      List.of(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0);
  // Up to trace.max.duration.
  private static final List<Double> ROLLOUTS =
      List.of(1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 180.0, 300.0, 600.0);
  // A minute to a month.
  private static final List<Double> DELIVERIES =
      List.of(
          60.0,
          300.0,
          900.0,
          3_600.0,
          14_400.0,
          43_200.0,
          86_400.0,
          259_200.0,
          604_800.0,
          2_592_000.0);

  private final Type type;
  private final String id;
  private final String unit;
  private final String description;
  private final String alert;
  private final List<String> labels;

  /** Kinds of instruments. */
  public enum Type {
    COUNTER,
    GAUGE,
    HISTOGRAM
  }

  private enum Label {
    REASON("kspan.reason"),
    KIND("k8s.object.kind"),
    NAME("k8s.object.name"),
    CLUSTER("k8s.cluster.name"),
    NAMESPACE("k8s.namespace.name"),
    FINISHED_BY("kspan.finished.by"),
    OUTCOME("kspan.outcome"),
    STAGE("kspan.stage"),
    TOPIC("messaging.destination.name"),
    PARTITION("messaging.destination.partition.id"),
    ERROR_TYPE("error.type"),
    STATE("kafka.streams.state"),
    STORE("kafka.streams.store");

    private final String key;

    Label(String key) {
      this.key = key;
    }
  }

  Metric(Type type, String unit, String description, Label... labels) {
    this(type, unit, description, "", labels);
  }

  Metric(Type type, String unit, String description, String alert, Label... labels) {
    this.type = type;
    this.id = id(name());
    this.unit = unit;
    this.description = description;
    this.alert = alert;
    this.labels = Stream.of(labels).map(label -> label.key).toList();
  }

  private static String id(String name) {
    String prefix =
        name.matches("(SINK|CHANGE|SERVE)_.*")
            ? "kspan."
            : name.startsWith("STREAMS_") ? "kafka." : "kspan.topology.";
    return prefix
        + name.toLowerCase(Locale.ROOT).replaceFirst("^(sink|streams|change|serve)_", "$1.");
  }

  public Type type() {
    return type;
  }

  /** The name of OpenTelemetry. */
  public String id() {
    return id;
  }

  /** In UCUM; in braces if it is only a word. */
  public String unit() {
    return unit;
  }

  public String description() {
    return description;
  }

  /** On what to alert; empty if on nothing. */
  public String alert() {
    return alert;
  }

  /** The keys of its labels, in the order in which their values are given. */
  public List<String> labels() {
    return labels;
  }

  boolean isDuration() {
    return unit.equals("s");
  }

  /** The upper bounds of a histogram's buckets. */
  List<Double> buckets() {
    return switch (this) {
      case CHANGE_DURATION -> ROLLOUTS;
      case CHANGE_RECOVERY_TIME, CHANGE_LEAD_TIME -> DELIVERIES;
      default -> ANSWERS;
    };
  }

  private boolean isOfSink() {
    return id.startsWith("kspan.sink.") || id.startsWith("kspan.change.");
  }

  private boolean isOfServe() {
    return id.startsWith("kspan.serve.");
  }

  /** The metrics of {@code span-topology run}. */
  public static List<Metric> ofRun() {
    return Arrays.stream(values())
        .filter(metric -> !metric.isOfSink() && !metric.isOfServe())
        .toList();
  }

  /** The metrics of {@code span-topology serve}. */
  public static List<Metric> ofServe() {
    return Arrays.stream(values()).filter(Metric::isOfServe).toList();
  }

  /** The metrics of {@code span-topology sink}. */
  public static List<Metric> ofSink() {
    return Arrays.stream(values()).filter(metric -> metric.isOfSink()).toList();
  }
}
