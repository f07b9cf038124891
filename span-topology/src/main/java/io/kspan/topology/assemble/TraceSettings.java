package io.kspan.topology.assemble;

import io.kspan.topology.model.ObjectSnapshot;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * The settings of the trace model, in nanoseconds; saturated, so that "never" is simply very long.
 *
 * @param settleNanos {@code trace.settle}: quiet time of a settled root
 * @param settleWarningNanos {@code trace.settle.warning}: how long a settled tree waits after a
 *     warning
 * @param settleUnknownNanos {@code trace.settle.unknown}: of a root whose kind does not say whether
 *     it settled
 * @param inactivityNanos {@code trace.inactivity}: of an unsettled root, and how late a change
 *     trace may start
 * @param failingNanos {@code trace.failing}: after this a failing tree is reported while it fails
 * @param maxDurationNanos {@code trace.max.duration}
 * @param maxOccurrences {@code trace.max.occurrences}: a session of so many ends before the next
 * @param orphanWindowNanos {@code orphan.window}
 * @param attributeMaxLength {@code attribute.value.max.length}, in bytes of UTF-8
 * @param fixedServiceName {@code service.name} for every span; empty: that of {@code
 *     serviceOfWorkload}
 * @param serviceOfWorkload {@code service.name} is that of the workload; else the reporting
 *     component
 * @param spanLabels labels and annotations that spans name, as {@code label.KEY} and {@code
 *     annotation.KEY}
 * @param childOfTraceparent {@code trace.parent.mode=parent}: a change is a child of the span that
 *     the root object's {@code traceparent} names; else it links to it
 * @param resourceAttributes of every span, unless the span's own resource has the same key
 */
public record TraceSettings(
    long settleNanos,
    long settleWarningNanos,
    long settleUnknownNanos,
    long inactivityNanos,
    long failingNanos,
    long maxDurationNanos,
    int maxOccurrences,
    long orphanWindowNanos,
    int attributeMaxLength,
    String fixedServiceName,
    boolean serviceOfWorkload,
    Set<String> spanLabels,
    boolean childOfTraceparent,
    SortedMap<String, String> resourceAttributes) {

  /** The labels that spans name by default: what an application is called and belongs to. */
  public static final List<String> DEFAULT_LABELS =
      List.of(
          "app.kubernetes.io/name",
          "app.kubernetes.io/instance",
          "app.kubernetes.io/version",
          "app.kubernetes.io/component",
          "app.kubernetes.io/part-of");

  private static final int DEFAULT_MAX_OCCURRENCES = 100_000;
  private static final int DEFAULT_ATTRIBUTE_MAX_LENGTH = 4096;

  public TraceSettings {
    spanLabels = Set.copyOf(spanLabels);
    resourceAttributes = Collections.unmodifiableSortedMap(new TreeMap<>(resourceAttributes));
  }

  /** After so long without anything that is received every session is over (trace-model 5.2). */
  public long longestQuietNanos() {
    return LongStream.of(settleNanos, settleWarningNanos, settleUnknownNanos, inactivityNanos)
        .max()
        .orElseThrow();
  }

  /** The defaults of the trace model. */
  public static TraceSettings defaults() {
    return new TraceSettings(
        Duration.ofSeconds(10).toNanos(),
        Duration.ofSeconds(40).toNanos(),
        Duration.ofSeconds(60).toNanos(),
        Duration.ofMinutes(5).toNanos(),
        Duration.ofMinutes(2).toNanos(),
        Duration.ofMinutes(10).toNanos(),
        DEFAULT_MAX_OCCURRENCES,
        Duration.ofSeconds(10).toNanos(),
        DEFAULT_ATTRIBUTE_MAX_LENGTH,
        "",
        false,
        DEFAULT_LABELS.stream().map(key -> ObjectSnapshot.LABEL + key).collect(Collectors.toSet()),
        false,
        Collections.emptySortedMap());
  }
}
