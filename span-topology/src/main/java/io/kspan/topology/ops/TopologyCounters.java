package io.kspan.topology.ops;

import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.LongAdder;

/** Counters of one instance since its start. Thread-safe. */
public final class TopologyCounters {
  private final LongAdder events = new LongAdder();
  private final LongAdder objects = new LongAdder();
  private final LongAdder rejected = new LongAdder();
  private final LongAdder deadLetters = new LongAdder();
  private final LongAdder duplicates = new LongAdder();
  private final LongAdder filtered = new LongAdder();
  private final LongAdder late = new LongAdder();
  private final LongAdder inferred = new LongAdder();
  private final LongAdder failedRoots = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final LongAdder abandonedRules = new LongAdder();
  private final LongAdder traces = new LongAdder();
  private final LongAdder unsampled = new LongAdder();
  private final LongAdder spans = new LongAdder();
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

  /** Dead letters written, for whatever reason. */
  public LongAdder deadLetters() {
    return deadLetters;
  }

  /** Copies of occurrences and of versions of objects. */
  public LongAdder duplicates() {
    return duplicates;
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

  /** A gather partition has seen the end of all input and holds no open trace. */
  public void drained(int partition) {
    drained.add(partition);
  }

  /** The partitions said to be drained. */
  public Set<Integer> drained() {
    return new TreeSet<>(drained);
  }
}
