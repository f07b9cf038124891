package io.kspan.quickstart.live;

import io.kspan.quickstart.process.Console;
import io.kspan.quickstart.recording.RecordedApiServer;
import io.kspan.quickstart.recording.Recording;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The API server that the connector watches. Used by one thread.
 *
 * @param cluster name of the cluster in keys and spans
 * @param connectorSettings settings of the connector that lead to the API server
 * @param watched whether the connector watches everything that the source will change
 * @param begin called when the pipeline runs; returns what the user can expect
 * @param description for people, when the connector runs
 * @param stop called at the end
 */
record Source(
    String cluster,
    Map<String, String> connectorSettings,
    BooleanSupplier watched,
    Supplier<String> begin,
    Supplier<String> description,
    Runnable stop)
    implements AutoCloseable {

  /** The time that the connector needs to list and to open its watches. */
  private static final Duration LEAD = Duration.ofSeconds(3);

  /** A real cluster. */
  static Source cluster(Kubeconfig kubeconfig) {
    return new Source(
        // Context names may contain characters that a record key may not, such as slashes.
        kubeconfig.context().replaceAll("[^A-Za-z0-9._-]", "-"),
        Map.of(
            "kubernetes.kubeconfig", kubeconfig.file().toString(),
            "kubernetes.context", kubeconfig.context()),
        () -> true,
        () ->
            "watching the cluster: traces of the last hour's Events come first, then every change"
                + " about 15 s after it has settled",
        () -> "context " + kubeconfig.context() + " of " + kubeconfig.file(),
        () -> {});
  }

  /** The bundled recording, played by a stand-in API server as if it happened now. */
  static Source recording(Console console, Clock clock) {
    Recording bundled = Recording.bundled();
    Instant start = clock.instant().plus(LEAD);
    Recording shifted = bundled.shifted(Duration.between(bundled.start(), start).toSeconds() + 1);
    RecordedApiServer server = new RecordedApiServer(shifted);
    return new Source(
        "quickstart",
        Map.of("kubernetes.url", server.address().toString()),
        server::isWatched,
        () -> {
          server.play(
              clock,
              () ->
                  console.progress(
                      "the recording is over; its last trace follows within half a minute, and all"
                          + " stay on the web page until Ctrl-C"));
          return "the recording plays (%d s): a rolling update, then a crash loop; a trace is finished when its change has been quiet for 10 s, the first in about 40 s"
              .formatted(shifted.length().toSeconds());
        },
        () ->
            "the stand-in API server on %s sees %d resources watched"
                .formatted(server.address(), server.watched()),
        server::close);
  }

  @Override
  public void close() {
    stop.run();
  }
}
