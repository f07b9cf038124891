package io.kspan.topology.ops;

import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.LongAdder;

/** Counters of one instance since its start. Thread-safe. */
public final class TopologyCounters {
  private final LongAdder events = new LongAdder();
  private final LongAdder objects = new LongAdder();
  private final LongAdder rejected = new LongAdder();
  private final CountBy<String> deadLetters = new CountBy<>();
  private final LongAdder duplicates = new LongAdder();
  private final LongAdder filtered = new LongAdder();
  private final LongAdder missed = new LongAdder();
  private final LongAdder late = new LongAdder();
  private final LongAdder inferred = new LongAdder();
  private final LongAdder failedRoots = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final LongAdder abandonedRules = new LongAdder();
  private final LongAdder traces = new LongAdder();
  private final LongAdder unsampled = new LongAdder();
  private final LongAdder spans = new LongAdder();
  private final LongAdder spansOut = new LongAdder();
  private final CountBy<Finished> finished = new CountBy<>();
  private final CountBy<String> timedOut = new CountBy<>();
  private final TaskGauges tasks = new TaskGauges();
  private final Timing resolveTimer = new Timing();
  private final Timing gatherTimer = new Timing();
  private final ConcurrentSkipListSet<Integer> drained = new ConcurrentSkipListSet<>();

  /** Occurrences that are no copies. */
  public LongAdder events() {
    return events;
  }

  /** Object snapshots read. */
  public LongAdder objects() {
    return objects;
  }

  /** Records that could not be read. */
  public LongAdder rejected() {
    return rejected;
  }

  /** Dead letters written, by reason. */
  public CountBy<String> deadLetters() {
    return deadLetters;
  }

  /** Copies of occurrences and of versions of objects. */
  public LongAdder duplicates() {
    return duplicates;
  }

  /** Objects that a complete list did not contain and nobody saw go. */
  public LongAdder missed() {
    return missed;
  }

  /** Events and versions of objects that the configuration leaves out. */
  public LongAdder filtered() {
    return filtered;
  }

  /** Occurrences that came after the watermark had passed their receipt. */
  public LongAdder late() {
    return late;
  }

  /** Occurrences one of whose owners was guessed. */
  public LongAdder inferred() {
    return inferred;
  }

  /** Evaluations of roots that failed. */
  public LongAdder failedRoots() {
    return failedRoots;
  }

  /** Finished traces that sampling leaves out. */
  public LongAdder unsampled() {
    return unsampled;
  }

  /** Occurrences dropped because their root could not be assembled for as long as it is kept. */
  public LongAdder dropped() {
    return dropped;
  }

  /** How often a cause rule was given up because it takes too long for a message. */
  public LongAdder abandonedRules() {
    return abandonedRules;
  }

  /** Finished traces, those that sampling leaves out included. */
  public LongAdder traces() {
    return traces;
  }

  /** Spans in them. */
  public LongAdder spans() {
    return spans;
  }

  /** Spans of the traces that were written. */
  public LongAdder spansOut() {
    return spansOut;
  }

  /** Finished traces by why they ended and what became of the change. */
  public CountBy<Finished> finished() {
    return finished;
  }

  /** Items that were placed without an owner that did not turn up in time, by their kind. */
  public CountBy<String> timedOut() {
    return timedOut;
  }

  /** Where the tasks are now. */
  public TaskGauges tasks() {
    return tasks;
  }

  /** The timer of resolve tasks. */
  public Timing resolveTimer() {
    return resolveTimer;
  }

  /** The timer of gather tasks. */
  public Timing gatherTimer() {
    return gatherTimer;
  }

  /** A gather partition has seen the end of all input and holds no open trace. */
  public void drained(int partition) {
    drained.add(partition);
  }

  /** The partitions said to be drained. */
  public Set<Integer> drained() {
    return new TreeSet<>(drained);
  }

  /**
   * What is said about a finished trace; empty if nothing is.
   *
   * @param by {@code kspan.finished.by} of its root span
   * @param outcome {@code kspan.outcome} of its root span
   */
  public record Finished(String by, String outcome) implements Comparable<Finished> {
    private static final Comparator<Finished> ORDER =
        Comparator.comparing(Finished::by).thenComparing(Finished::outcome);

    @Override
    public int compareTo(Finished other) {
      return ORDER.compare(this, other);
    }
  }
}
