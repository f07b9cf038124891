package io.kspan.topology.export;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings parcels to the backend one after the other, each until there is a definite answer. Nothing
 * overtakes: that is what keeps the requests of a trace in order.
 *
 * <p>One thread only; never blocks except in {@link #await} and for a dead letter.
 */
final class Courier {
  private static final Logger log = LoggerFactory.getLogger(Courier.class);

  private final SpanExporter exporter;
  private final Supplier<Objection> objections;
  private final DeadLetters deadLetters;
  private final Backoff backoff;
  private final LongSupplier nanoClock;
  private final Tally tally;

  private final Deque<Parcel> todo = new ArrayDeque<>();
  private final Map<TopicPartition, OffsetAndMetadata> settled = new HashMap<>();
  private CompletableResultCode answer;

  /** Whether {@link #answer} is still about the head of {@link #todo}. */
  private boolean headSent;

  private int failures;
  private long notBefore;
  private long sentAt;

  /**
   * A courier.
   *
   * @param objections what the backend said beside its last consent
   */
  Courier(
      SpanExporter exporter,
      Supplier<Objection> objections,
      DeadLetters deadLetters,
      Backoff backoff,
      LongSupplier nanoClock,
      Tally tally) {
    this.exporter = exporter;
    this.objections = objections;
    this.deadLetters = deadLetters;
    this.backoff = backoff;
    this.nanoClock = nanoClock;
    this.tally = tally;
    this.notBefore = nanoClock.getAsLong();
  }

  /** The clock that pauses and answers are measured by. */
  long nanos() {
    return nanoClock.getAsLong();
  }

  /** Whether everything handed over is settled. */
  boolean isIdle() {
    return todo.isEmpty() && answer == null;
  }

  boolean isWaitingForAnswer() {
    return answer != null;
  }

  /** Whether the last attempt failed. */
  boolean isFailing() {
    return failures > 0;
  }

  /** Time until the next attempt, zero when it is due. */
  Duration pause() {
    return todo.isEmpty()
        ? Duration.ZERO
        : Duration.ofNanos(Math.max(0, notBefore - nanoClock.getAsLong()));
  }

  void accept(Collection<Parcel> parcels) {
    todo.addAll(parcels);
  }

  /** Waits for the answer, but not longer than {@code timeout}. */
  void await(Duration timeout) {
    if (answer != null) {
      answer.join(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  /** Acts on the answer if there is one. */
  void settle() {
    if (answer == null || !answer.isDone()) {
      return;
    }
    tally.answered(ErrorType.of(answer), nanoClock.getAsLong() - sentAt);
    Verdict verdict = Verdict.of(answer);
    Objection objection = objections.get();
    answer = null;
    if (!headSent) {
      return;
    }
    headSent = false;
    switch (verdict.kind()) {
      case ACCEPTED -> accepted(objection);
      case RETRY -> failed(verdict.message());
      default -> refused(new Refusal(Refusal.REFUSED, verdict.message()));
    }
  }

  /**
   * Starts the next export, or writes the next dead letter, if one is due. One at a time: the
   * consumer has to be polled between two dead letters on a slow broker.
   */
  void sendNext() {
    if (answer == null && !todo.isEmpty() && notBefore - nanoClock.getAsLong() <= 0) {
      Parcel next = todo.peekFirst();
      if (next.isDead()) {
        bury(next);
      } else {
        sentAt = nanoClock.getAsLong();
        answer = exporter.export(next.spans());
        headSent = true;
      }
    }
  }

  /** Drops what belongs to {@code partitions}: somebody else exports it from now on. */
  void forget(Collection<TopicPartition> partitions) {
    List<Parcel> kept = todo.stream().map(parcel -> parcel.without(partitions)).toList();
    headSent = headSent && !kept.isEmpty() && !kept.get(0).records().isEmpty();
    todo.clear();
    kept.stream().filter(parcel -> !parcel.records().isEmpty()).forEach(todo::add);
    settled.keySet().removeAll(partitions);
  }

  /** The positions up to which everything is settled and that are not committed yet. */
  Map<TopicPartition, OffsetAndMetadata> settled() {
    return settled;
  }

  private void accepted(Objection objection) {
    if (failures > 0) {
      log.info("The OTLP backend accepts again after {} failed attempts", failures);
    }
    recovered();
    Parcel parcel = todo.pollFirst();
    long rejected = Math.min(objection.rejectedSpans(), parcel.spans().size());
    tally.accepted(parcel.spans().size() - rejected);
    tally.rejected(rejected);
    if (rejected == 0 && !objection.message().isEmpty()) {
      log.warn("The OTLP backend accepts, but remarks: {}", objection.message());
    }
    Refusal refusal = rejected == 0 ? parcel.refusal() : parcel.refusalOr(objection);
    if (!parcel.settles()) {
      passOn(refusal);
    } else if (refusal == null) {
      settle(parcel);
    } else {
      replaceBy(parcel.records().stream().map(one -> Parcel.dead(one, refusal)).toList());
    }
  }

  private void refused(Refusal refusal) {
    recovered();
    Parcel parcel = todo.pollFirst();
    if (!parcel.settles()) {
      passOn(refusal);
    }
    replaceBy(parcel.refused(refusal));
  }

  /** From a first half to the second, with which their record is settled. */
  private void passOn(Refusal refusal) {
    if (refusal != null) {
      todo.addFirst(todo.pollFirst().withRefusal(refusal));
    }
  }

  private void replaceBy(List<Parcel> instead) {
    for (int i = instead.size() - 1; i >= 0; i--) {
      todo.addFirst(instead.get(i));
    }
  }

  private void failed(String message) {
    failures++;
    tally.failed(message);
    Duration pause = backoff.after(failures);
    notBefore = nanoClock.getAsLong() + pause.toNanos();
    log.warn(
        "Export failed ({} in a row), next attempt in {} ms: {}",
        failures,
        pause.toMillis(),
        message);
  }

  private void recovered() {
    failures = 0;
    notBefore = nanoClock.getAsLong();
  }

  private void bury(Parcel parcel) {
    SinkRecord one = parcel.records().get(0);
    try {
      deadLetters.send(one.source(), parcel.refusal());
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      failed(e.getMessage());
      return;
    }
    log.warn(
        "Dead letter: {} offset {} ({}: {})",
        one.partition(),
        one.source().offset(),
        parcel.refusal().reason(),
        parcel.refusal().message());
    recovered();
    tally.buried(parcel.refusal().reason());
    todo.pollFirst();
    settle(parcel);
  }

  private void settle(Parcel parcel) {
    for (SinkRecord one : parcel.records()) {
      settled.put(one.partition(), new OffsetAndMetadata(one.source().offset() + 1));
    }
  }
}
