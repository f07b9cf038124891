package io.kspan.connect.watch;

import io.kspan.connect.record.WatchScope;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/** The metrics of a task's feeds. Safe for any number of threads once all gauges are added. */
public final class FeedMetrics {
  private final List<Metric> metrics = new ArrayList<>();
  private final Map<WatchScope, ScopeState> scopes = new ConcurrentHashMap<>();
  private final InstantSource clock;

  final LongAdder records = counter("records-total", "Records handed to Connect");
  final LongAdder excluded = counter("records-excluded-total", "Events left out by configuration");
  final LongAdder duplicates =
      counter("duplicates-suppressed-total", "Events of a list that had been handed over before");
  final LongAdder relists =
      counter("relists-total", "Lists because the API server no longer knew a position");
  final LongAdder reconnects =
      counter(
          "reconnects-total", "Watches that broke, stalled or were turned away, and were resumed");
  final LongAdder snapshots = counter("snapshots-total", "Periodic snapshots completed");
  final LongAdder ownersFetched = counter("owners-fetched-total", "Objects fetched on reference");
  final LongAdder ownersDropped =
      counter("owners-dropped-total", "References not followed because too many were waiting");

  public FeedMetrics(InstantSource clock) {
    this.clock = clock;
    gauge(
        "forbidden-scopes",
        "Resources and namespaces that the API server refuses now",
        () -> scopes.values().stream().filter(scope -> scope.forbidden).count());
    gauge(
        "lag-ms",
        "Age of what the slowest watch brought last",
        () -> highest(scope -> scope.lagMillis));
    gauge(
        "silence-ms",
        "Time since the quietest watch brought anything",
        () -> highest(scope -> Duration.between(scope.lastContact, clock.instant()).toMillis()));
  }

  /**
   * A value to publish.
   *
   * @param name lower case, with the unit or {@code total} at its end
   */
  public record Metric(String name, String description, LongSupplier value) {}

  /** The state of one scope. */
  static final class ScopeState {
    private volatile boolean forbidden;
    private volatile long lagMillis;
    private volatile Instant lastContact;

    private ScopeState(Instant begun) {
      lastContact = begun;
    }

    void forbidden(boolean refused) {
      forbidden = refused;
    }

    /** An event or bookmark arrived, or a list is complete. */
    void contact(Instant now, Duration lag) {
      lastContact = now;
      lagMillis = Math.max(0, lag.toMillis());
    }
  }

  ScopeState of(WatchScope scope) {
    return scopes.computeIfAbsent(scope, any -> new ScopeState(clock.instant()));
  }

  /** Adds a gauge; call it before the feeds start. */
  public void gauge(String name, String description, LongSupplier value) {
    metrics.add(new Metric(name, description, value));
  }

  /** All metrics, in a fixed order. */
  public List<Metric> all() {
    return List.copyOf(metrics);
  }

  private LongAdder counter(String name, String description) {
    LongAdder adder = new LongAdder();
    gauge(name, description, adder::sum);
    return adder;
  }

  private long highest(ToLongFunction<ScopeState> value) {
    return scopes.values().stream().mapToLong(value).max().orElse(0);
  }
}
