package io.kspan.topology.metrics;

import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/**
 * The values of all metrics of one instance since its start. Stream threads and the sink record
 * here, {@link MetricsExporter} reads.
 *
 * <p>Thread-safe. To count without labels costs one add to a {@link LongAdder}. Values of labels
 * are given in the order of {@link Metric#labels()}; an empty one leaves its label out. Counters
 * whose unit is the second take nanoseconds.
 */
public final class Metrics {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double MILLIS_PER_SECOND = 1e3;

  private final InstantSource clock;
  private final LongAdder[] plain = new LongAdder[Metric.values().length];
  private final Map<Metric, Map<List<String>, LongAdder>> labelled = new EnumMap<>(Metric.class);
  private final Map<Metric, Map<List<String>, DoubleSupplier>> gauges = new EnumMap<>(Metric.class);
  private final Map<Metric, Consumer<Recorder>> observers = new ConcurrentHashMap<>();
  private final Map<Metric, Recorder> histograms = new ConcurrentHashMap<>();
  private volatile BooleanSupplier atRest = () -> false;
  private final Set<Integer> drained = new ConcurrentSkipListSet<>();

  /** Takes a value of a metric. */
  @FunctionalInterface
  public interface Recorder {
    /** Takes {@code value} with the values of the labels. */
    void record(double value, String... labels);
  }

  /** Metrics of an application that runs by the clock of this machine. */
  public Metrics() {
    this(InstantSource.system());
  }

  /** Metrics by another clock, which gives the age of watermarks. */
  public Metrics(InstantSource clock) {
    this.clock = clock;
    for (Metric metric : Metric.values()) {
      plain[metric.ordinal()] = new LongAdder();
      labelled.put(metric, new ConcurrentHashMap<>());
      gauges.put(metric, new ConcurrentHashMap<>());
    }
  }

  /** Adds one to a counter without labels. */
  public void count(Metric counter) {
    plain[counter.ordinal()].increment();
  }

  /** Adds one to a counter with these labels. */
  public void count(Metric counter, String... labels) {
    add(counter, 1, labels);
  }

  /** Adds {@code amount} to a counter. */
  public void add(Metric counter, long amount, String... labels) {
    LongAdder adder =
        labels.length == 0
            ? plain[counter.ordinal()]
            : labelled.get(counter).computeIfAbsent(List.of(labels), key -> new LongAdder());
    adder.add(amount);
  }

  /** Runs a timer of a task, and counts the call and its time even if it fails. */
  public void punctuate(String stage, Runnable work) {
    long begin = System.nanoTime();
    try {
      work.run();
    } finally {
      add(Metric.PUNCTUATION_TIME, System.nanoTime() - begin, stage);
      count(Metric.PUNCTUATIONS, stage);
    }
  }

  /** Sets a gauge. */
  public void set(Metric gauge, double value, String... labels) {
    gauges.get(gauge).put(List.of(labels), () -> value);
  }

  /**
   * Sets a gauge for each key, the first label, and removes it for all others; {@code last} is the
   * last label of all.
   */
  public void setAll(Metric gauge, Map<String, Long> values, String last) {
    gauges
        .get(gauge)
        .keySet()
        .removeIf(labels -> labels.get(1).equals(last) && !values.containsKey(labels.get(0)));
    values.forEach((key, value) -> set(gauge, value, key, last));
  }

  /**
   * Sets the watermark of a task, which is shown as the time since then.
   *
   * @param millis {@link Long#MIN_VALUE} if there is none yet: then the time since the first call
   *     counts; {@link Long#MAX_VALUE} after the end of the input, when nothing is shown
   */
  public void watermark(String stage, int partition, long millis) {
    Map<List<String>, DoubleSupplier> series = gauges.get(Metric.WATERMARK_LAG);
    List<String> labels = List.of(stage, Integer.toString(partition));
    if (millis == Long.MAX_VALUE) {
      series.remove(labels);
    } else if (millis == Long.MIN_VALUE) {
      series.putIfAbsent(labels, secondsSince(clock.millis()));
    } else {
      series.put(labels, secondsSince(millis));
    }
  }

  private DoubleSupplier secondsSince(long millis) {
    return () ->
        atRest.getAsBoolean() ? 0 : Math.max(0, clock.millis() - millis) / MILLIS_PER_SECOND;
  }

  /** While {@code isAtRest}, no trace waits for a watermark, so that tasks are not behind. */
  public void atRest(BooleanSupplier isAtRest) {
    atRest = isAtRest;
  }

  /** Whether no trace waits for a watermark. */
  public boolean isAtRest() {
    return atRest.getAsBoolean();
  }

  /** Removes a gauge with all labels that end with {@code labels}. */
  public void remove(Metric gauge, String... labels) {
    List<String> last = Arrays.asList(labels);
    gauges
        .get(gauge)
        .keySet()
        .removeIf(all -> all.subList(all.size() - last.size(), all.size()).equals(last));
  }

  /** Reads a metric from elsewhere whenever it is exported. */
  public void observe(Metric metric, Consumer<Recorder> observer) {
    observers.put(metric, observer);
  }

  /** Records a value of a histogram; without effect unless it is exported. */
  public void record(Metric histogram, double value, String... labels) {
    histograms.getOrDefault(histogram, (ignored, none) -> {}).record(value, labels);
  }

  void exportTo(Metric histogram, Recorder recorder) {
    histograms.put(histogram, recorder);
  }

  /** The value of a counter, all labels together. */
  public long sum(Metric counter) {
    return plain[counter.ordinal()].sum()
        + labelled.get(counter).values().stream().mapToLong(LongAdder::sum).sum();
  }

  void read(Metric metric, Recorder to) {
    if (observers.containsKey(metric)) {
      observers.get(metric).accept(to);
    } else if (metric.type() == Metric.Type.GAUGE) {
      gauges.get(metric).forEach((labels, value) -> to.record(value.getAsDouble(), array(labels)));
    } else {
      double divisor = metric.isDuration() ? NANOS_PER_SECOND : 1;
      if (metric.labels().isEmpty()) {
        to.record(plain[metric.ordinal()].sum() / divisor);
      }
      labelled
          .get(metric)
          .forEach((labels, value) -> to.record(value.sum() / divisor, array(labels)));
    }
  }

  private static String[] array(List<String> labels) {
    return labels.toArray(String[]::new);
  }

  /** A gather partition has reached the end of all input and holds no open trace. */
  public void drained(int partition) {
    drained.add(partition);
  }

  /** The gather partitions that are drained. */
  public Set<Integer> drained() {
    return new TreeSet<>(drained);
  }
}
