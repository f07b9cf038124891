package io.kspan.connect.watch;

import io.kspan.connect.record.WatchScope;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/** What the feeds of a task count. Safe for any number of threads. */
public final class FeedCounters {
  final LongAdder records = new LongAdder();
  final LongAdder excluded = new LongAdder();
  final LongAdder duplicates = new LongAdder();
  final LongAdder relists = new LongAdder();
  final LongAdder snapshots = new LongAdder();
  final LongAdder reconnects = new LongAdder();
  final LongAdder ownersFetched = new LongAdder();
  final LongAdder ownersDropped = new LongAdder();

  private final InstantSource clock;
  private final Map<WatchScope, ScopeState> scopes = new ConcurrentHashMap<>();

  public FeedCounters(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * A value to publish.
   *
   * @param name lower case, with the unit or {@code total} at its end
   */
  public record Metric(String name, String description, LongSupplier value) {}

  /** How one scope is doing. */
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

  /** All of them, in a fixed order. */
  public List<Metric> metrics() {
    return List.of(
        new Metric("records-total", "Records handed to Connect", records::sum),
        new Metric("records-excluded-total", "Events left out by configuration", excluded::sum),
        new Metric(
            "duplicates-suppressed-total",
            "Events of a list that had been handed over before",
            duplicates::sum),
        new Metric(
            "relists-total",
            "Lists because the API server no longer knew a position",
            relists::sum),
        new Metric(
            "reconnects-total",
            "Watches that broke, stalled or were turned away, and were resumed",
            reconnects::sum),
        new Metric("snapshots-total", "Periodic snapshots completed", snapshots::sum),
        new Metric("owners-fetched-total", "Objects fetched on reference", ownersFetched::sum),
        new Metric(
            "owners-dropped-total",
            "References not followed because too many were waiting",
            ownersDropped::sum),
        new Metric(
            "forbidden-scopes",
            "Resources and namespaces that the API server refuses now",
            this::forbiddenScopes),
        new Metric(
            "lag-ms",
            "Age of what the slowest watch brought last",
            () -> highest(scope -> scope.lagMillis)),
        new Metric(
            "silence-ms",
            "Time since the quietest watch brought anything",
            () -> highest(this::silence)));
  }

  private long forbiddenScopes() {
    return scopes.values().stream().filter(scope -> scope.forbidden).count();
  }

  private long silence(ScopeState scope) {
    return Duration.between(scope.lastContact, clock.instant()).toMillis();
  }

  private long highest(ToLongFunction<ScopeState> value) {
    return scopes.values().stream().mapToLong(value).max().orElse(0);
  }
}
