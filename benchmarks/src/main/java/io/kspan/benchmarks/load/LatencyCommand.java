package io.kspan.benchmarks.load;

import io.kspan.benchmarks.Inputs;
import io.kspan.benchmarks.load.TestTopics.Loader;
import io.kspan.testsupport.generate.InputMessage;
import io.kspan.topology.explain.OfflineModel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How long after the end of its session a trace is in the spans topic, at a steady rate. */
@Command(name = "latency", description = "From the end of a session to its spans, live.")
final class LatencyCommand extends LoadCommand {
  // From the first change to the last of one copy of the recording.
  private static final int COPY_SECONDS = 87;
  private static final int LEAD_SECONDS = 3;
  private static final int REST_SECONDS = 30;
  private static final double[] QUANTILES = {0.5, 0.9, 0.99, 1};

  @Option(names = "--events", defaultValue = "1000", description = "a second")
  private int eventsPerSecond;

  @Option(
      names = "--seconds",
      defaultValue = "180",
      description = "how long rollouts begin; measured from second 90 on, when the rate is steady")
  private int seconds;

  @Override
  void measure() throws InterruptedException {
    try (TestTopics topics = bench.topics("live.");
        ChildJvm application = bench.application("latency", false, topics.prefix(), 0, 0)) {
      application.await("running");
      Instant start = Instant.now().plusSeconds(LEAD_SECONDS);
      Duration app = application.cpu();
      Duration broker = bench.brokerCpu();
      long late = send(topics, input(start));
      double appSeconds = application.cpu().minus(app).toMillis() / 1e3;
      double brokerSeconds = bench.brokerCpu().minus(broker).toMillis() / 1e3;
      Thread.sleep(Duration.ofSeconds(REST_SECONDS).toMillis());
      Map<String, Long> written = written(topics);
      print(start, late, appSeconds, brokerSeconds, due(start), written);
    }
  }

  private RecordedShapes input(Instant start) {
    long events = 0;
    RecordedShapes one = RecordedShapes.all(1, start, 1, Duration.ZERO);
    while (one.hasNext()) {
      events += one.next().event() ? 1 : 0;
    }
    long copies = (long) seconds * eventsPerSecond / events;
    return RecordedShapes.all(1, start, copies, Duration.ofSeconds(seconds).dividedBy(copies));
  }

  /** Sends each record when it was received; by how many milliseconds the worst was late. */
  private static long send(TestTopics topics, Iterator<InputMessage> messages) {
    long worst = 0;
    try (Loader loader = topics.loader()) {
      while (messages.hasNext()) {
        InputMessage message = messages.next();
        long ahead = message.receiptMillis() - System.currentTimeMillis();
        if (ahead > 0) {
          LockSupport.parkNanos(Duration.ofMillis(ahead).toNanos());
        }
        worst = Math.max(worst, -ahead);
        loader.send(message);
      }
    }
    return worst;
  }

  /** When the last record of each trace was appended. */
  private Map<String, Long> written(TestTopics topics) {
    Map<String, Long> written = new HashMap<>();
    bench.readSpans(
        topics,
        record ->
            written.merge(
                new String(record.key(), StandardCharsets.UTF_8), record.timestamp(), Math::max));
    return written;
  }

  /** When each trace may be written, in milliseconds since 1970, by its id. */
  private Map<String, Long> due(Instant start) {
    Map<String, Long> due = new HashMap<>();
    for (OfflineModel.Written session : Inputs.model(input(start)).sessions()) {
      long millis = TimeUnit.NANOSECONDS.toMillis(session.session().closingNanos());
      session.traces().forEach(trace -> due.put(trace.traceId(), millis));
    }
    return due;
  }

  private void print(
      Instant start,
      long late,
      double appSeconds,
      double brokerSeconds,
      Map<String, Long> due,
      Map<String, Long> written) {
    long from = start.plusSeconds(COPY_SECONDS).toEpochMilli();
    long until = start.plusSeconds(seconds).toEpochMilli();
    due.values().removeIf(millis -> millis < from || millis >= until);
    Collection<String> missing =
        due.keySet().stream().filter(t -> !written.containsKey(t)).toList();
    long[] sorted =
        due.entrySet().stream()
            .filter(trace -> written.containsKey(trace.getKey()))
            .mapToLong(trace -> written.get(trace.getKey()) - trace.getValue())
            .sorted()
            .toArray();
    printConditions(
        "%d traces due in %d s, of which %d were not written; the driver was at most %d ms late; CPU of the application %.0f s, of the broker %.0f s within %d s."
            .formatted(
                due.size(),
                (until - from) / 1000,
                missing.size(),
                late,
                appSeconds,
                brokerSeconds,
                seconds + COPY_SECONDS));
    printHead("quantile", "seconds after the quiet time");
    Arrays.stream(QUANTILES)
        .forEach(
            q ->
                System.out.println(
                    Bench.row(
                        String.valueOf(q),
                        sorted[(int) Math.min(sorted.length - 1L, (long) (q * sorted.length))]
                            / 1e3)));
  }
}
