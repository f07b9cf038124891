package io.kspan.topology.ops;

import static io.kspan.topology.ops.Metric.counter;
import static io.kspan.topology.ops.Metric.gauge;
import static io.kspan.topology.ops.Metric.histogram;

import java.util.List;

/** Every metric of the application, in the order of the pipeline. */
public final class Metrics {
  static final String KIND = "k8s.object.kind";
  static final String REASON = "kspan.reason";
  static final String FINISHED_BY = "kspan.finished.by";
  static final String OUTCOME = "kspan.outcome";
  static final String STAGE = "kspan.stage";
  static final String TOPIC = "messaging.destination.name";
  static final String PARTITION = "messaging.destination.partition.id";
  static final String ERROR_TYPE = "error.type";
  static final String STATE = "kafka.streams.state";
  static final String STORE = "kafka.streams.store";

  static final Metric EVENTS =
      counter("kspan.events", "{event}", "Occurrences of Events read, without copies.")
          .alertOn(
              "no increase for longer than your cluster is ever silent: the connector has stopped");
  static final Metric OBJECTS = counter("kspan.objects", "{object}", "Versions of objects read.");
  static final Metric OBJECTS_MISSING =
      counter(
          "kspan.objects.missing",
          "{object}",
          "Objects that a complete list did not contain: deleted while nobody watched.");
  static final Metric DUPLICATES =
      counter(
          "kspan.duplicates",
          "{record}",
          "Copies of occurrences and of versions of objects, which lists and restarts of the connector make.");
  static final Metric FILTERED =
      counter(
          "kspan.filtered",
          "{record}",
          "Events and versions of objects that the filters leave out.");
  static final Metric DEAD_LETTERS =
      counter(
              "kspan.dead.letters",
              "{record}",
              "Records put aside: `unreadable` input, or what a processor `failed` at.")
          .by(REASON)
          .alertOn("any increase: read the headers of the newest record in the dead-letter topic");
  static final Metric LATE =
      counter(
              "kspan.late",
              "{event}",
              "Occurrences read after the watermark had passed their receipt.")
          .alertOn(
              "a steady increase: the connector reorders by more than `watermark.lateness.ms`, and traces depend on who was faster");
  static final Metric INPUT_LAG =
      gauge(
              "kspan.input.lag",
              "{record}",
              "Records of an input partition of this instance that are not processed yet.")
          .by(TOPIC, PARTITION)
          .alertOn("growing for 10 min: too few instances, or one that hangs");
  static final Metric WATERMARK_LAG =
      gauge(
              "kspan.watermark.lag",
              "s",
              "How far the watermark of a task is behind now: `resolve` by what it has read, `gather` by what all resolve tasks have decided.")
          .by(STAGE, PARTITION)
          .alertOn(
              "`resolve` above 60 s with `kspan.input.lag` at 0, or `gather` above 60 s + `orphan.window.ms`: no trace is finished meanwhile");
  static final Metric WATERMARK_HELD =
      gauge(
              "kspan.watermark.held.by.orphans",
              "s",
              "By how much what a resolve task tells gather is behind what it has read, because something waits for an owner.")
          .by(PARTITION)
          .alertOn(
              "above `orphan.window.ms` for 10 min: every trace is that much later; see `kspan.orphans.held` for the kind");
  static final Metric ORPHANS_HELD =
      gauge(
              "kspan.orphans.held",
              "{item}",
              "Events and versions of objects that wait for an owner nobody has seen yet.")
          .by(KIND);
  static final Metric ORPHANS_TIMED_OUT =
      counter(
              "kspan.orphans.timed.out",
              "{item}",
              "Those whose owner did not turn up within `orphan.window.ms`; they are placed without it.")
          .by(KIND)
          .alertOn(
              "a steady increase of one kind: the connector does not watch its owners; add the kind to `resources`");
  static final Metric OWNERS_INFERRED =
      counter("kspan.owners.inferred", "{event}", "Occurrences one of whose owners was guessed.");
  static final Metric TRACES_OPEN =
      gauge(
          "kspan.traces.open",
          "{root}",
          "Roots with events that are in no finished trace yet, as far as they were seen since the task began here.");
  static final Metric TRACES_FINISHED =
      counter(
              "kspan.traces.finished",
              "{trace}",
              "Finished traces by why they ended and what became of the change; `overflow` is a storm that was cut.")
          .by(FINISHED_BY, OUTCOME)
          .alertOn(
              "`kspan.finished.by=overflow`: an object makes more than `trace.max.occurrences` events");
  static final Metric TRACES_UNSAMPLED =
      counter("kspan.traces.unsampled", "{trace}", "Finished traces that sampling leaves out.");
  static final Metric SPANS = counter("kspan.spans", "{span}", "Spans written to the spans topic.");
  static final Metric ROOTS_FAILED =
      counter(
              "kspan.roots.failed",
              "{evaluation}",
              "Evaluations of roots that failed; their events wait for a version that can.")
          .alertOn("any increase: a bug, the log names the root");
  static final Metric EVENTS_DROPPED =
      counter(
              "kspan.events.dropped",
              "{event}",
              "Occurrences of such roots given up after `root.retention.ms`.")
          .alertOn("any increase: events are missing from traces for good");
  static final Metric RULES_ABANDONED =
      counter(
              "kspan.cause.rules.abandoned",
              "{match}",
              "How often a cause rule was given up because it takes too long for a message.")
          .alertOn("any increase: simplify the rule that the log names");
  static final Metric PUNCTUATIONS =
      counter("kspan.punctuations", "{call}", "Calls of the timers that decide and assemble.")
          .by(STAGE);
  static final Metric PUNCTUATION_TIME =
      counter("kspan.punctuation.time", "s", "Time spent in them.")
          .by(STAGE)
          .alertOn(
              "its rate divided by that of `kspan.punctuations` above 1 s: polls are late, and rebalances follow");

  static final Metric STREAMS_STATE =
      gauge("kafka.streams.client.state", "{instance}", "1 for the state the client is in.")
          .by(STATE)
          .alertOn("`ERROR`, or not `RUNNING` for 15 min");
  static final Metric THREADS_ALIVE =
      gauge("kafka.streams.threads.alive", "{thread}", "Stream threads that run.")
          .alertOn("below `kafka.num.stream.threads`");
  static final Metric COMMIT_LATENCY =
      gauge(
              "kafka.streams.commit.latency.max",
              "s",
              "Longest commit of a thread in the last half minute.")
          .alertOn("above 10 s: slow brokers or disks; the transaction times out after 60 s");
  static final Metric PUNCTUATE_LATENCY =
      gauge(
          "kafka.streams.punctuate.latency.max",
          "s",
          "Longest turn of the timers of a thread in the last half minute.");
  static final Metric RESTORE_REMAINING =
      gauge(
          "kafka.streams.restore.remaining",
          "{record}",
          "Changelog records that active tasks still have to restore.");
  static final Metric STATE_BYTES =
      gauge("kafka.streams.state.size", "By", "Size of the table files of a store, all tasks.")
          .by(STORE)
          .alertOn("predicts a full disk (`predict_linear`): a full disk stops the instance");
  static final Metric STATE_KEYS =
      gauge("kafka.streams.state.keys", "{key}", "Estimated number of keys of a store, all tasks.")
          .by(STORE);

  static final Metric EXPORT_RECORDS =
      counter("kspan.export.records", "{record}", "Records read from the spans topic.");
  static final Metric EXPORT_SPANS =
      counter("kspan.export.spans", "{span}", "Spans that the backend has accepted.")
          .alertOn("no increase while `kspan.export.lag` is above 0");
  static final Metric EXPORT_REJECTED =
      counter(
              "kspan.export.rejected",
              "{span}",
              "Spans that the backend left out of requests that it accepted.")
          .alertOn("any increase: the dead letters have its words");
  static final Metric EXPORT_DURATION =
      histogram(
              "kspan.export.duration",
              "s",
              "From a request to its answer; `error.type` is the HTTP or gRPC status, or the exception, of one that failed.")
          .by(ERROR_TYPE)
          .alertOn(
              "99th percentile near `OTEL_EXPORTER_OTLP_TIMEOUT`: answers that come too late make duplicates");
  static final Metric EXPORT_RETRIES =
      counter("kspan.export.retries", "{request}", "Attempts that failed and are repeated.")
          .alertOn("increasing for 5 min: the backend is down or refuses the credentials");
  static final Metric EXPORT_DEAD_LETTERS =
      counter(
              "kspan.export.dead.letters",
              "{record}",
              "Records put aside because the backend refuses them for good, or because they are no OTLP.")
          .by(REASON)
          .alertOn("any increase: those spans are missing in the backend");
  static final Metric EXPORT_LAG =
      gauge("kspan.export.lag", "{record}", "Records of its partitions that the sink has not read.")
          .alertOn("growing for 10 min: start more sinks, or look at the backend");
  static final Metric EXPORT_BACKLOG =
      gauge("kspan.export.backlog", "By", "What was read and is not handed to the exporter yet.");
  static final Metric EXPORT_PAUSED =
      counter(
          "kspan.export.paused",
          "s",
          "Time for which the sink did not read on, because the backend failed or its buffer was full.");

  private static final List<Metric> RUN =
      List.of(
          EVENTS,
          OBJECTS,
          OBJECTS_MISSING,
          DUPLICATES,
          FILTERED,
          DEAD_LETTERS,
          LATE,
          INPUT_LAG,
          WATERMARK_LAG,
          WATERMARK_HELD,
          ORPHANS_HELD,
          ORPHANS_TIMED_OUT,
          OWNERS_INFERRED,
          TRACES_OPEN,
          TRACES_FINISHED,
          TRACES_UNSAMPLED,
          SPANS,
          ROOTS_FAILED,
          EVENTS_DROPPED,
          RULES_ABANDONED,
          PUNCTUATIONS,
          PUNCTUATION_TIME,
          STREAMS_STATE,
          THREADS_ALIVE,
          COMMIT_LATENCY,
          PUNCTUATE_LATENCY,
          RESTORE_REMAINING,
          STATE_BYTES,
          STATE_KEYS);
  private static final List<Metric> SINK =
      List.of(
          EXPORT_RECORDS,
          EXPORT_SPANS,
          EXPORT_REJECTED,
          EXPORT_DURATION,
          EXPORT_RETRIES,
          EXPORT_DEAD_LETTERS,
          EXPORT_LAG,
          EXPORT_BACKLOG,
          EXPORT_PAUSED);

  private Metrics() {}

  /** Those of {@code span-topology run}. */
  public static List<Metric> ofRun() {
    return RUN;
  }

  /** Those of {@code span-topology sink}. */
  public static List<Metric> ofSink() {
    return SINK;
  }
}
