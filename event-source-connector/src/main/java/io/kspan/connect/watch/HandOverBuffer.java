package io.kspan.connect.watch;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;

/**
 * The bounded hand-over from the feed threads to the task's thread. Safe for any number of threads.
 *
 * <p>A full buffer blocks the feeds, and through them the connections to the API server. The first
 * fatal failure of a feed is thrown by every {@link #poll} from then on; an outage report is thrown
 * once. {@link #close} releases everybody who waits.
 */
public final class HandOverBuffer {
  private final int maxRecords;
  private final long maxWeight;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition notFull = lock.newCondition();
  private final Condition worthALook = lock.newCondition();

  // All guarded by lock.
  private final Deque<List<FeedRecord>> batches = new ArrayDeque<>();
  private int records;
  private long weight;
  private ConnectException failure;
  private RetriableException outage;
  private boolean closed;

  /**
   * @param maxWeight in characters, near enough to bytes for a memory bound
   */
  public HandOverBuffer(int maxRecords, long maxWeight) {
    this.maxRecords = maxRecords;
    this.maxWeight = maxWeight;
  }

  /** Hands over records that belong together; waits while the buffer is full. */
  void put(List<FeedRecord> batch) throws InterruptedException {
    if (batch.isEmpty()) {
      return;
    }
    long batchWeight = weigh(batch);
    lock.lockInterruptibly();
    try {
      while (!closed && !hasRoom(batch.size(), batchWeight)) {
        notFull.await();
      }
      if (closed) {
        throw new InterruptedException("the hand-over buffer is closed");
      }
      batches.add(batch);
      records += batch.size();
      weight += batchWeight;
      worthALook.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The oldest whole batches of up to about that many records; empty if none arrived within the
   * wait, or if closed.
   */
  public List<FeedRecord> poll(int atMost, Duration wait) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long nanos = wait.toNanos();
      while (isQuiet() && nanos > 0) {
        nanos = worthALook.awaitNanos(nanos);
      }
      throwFailure();
      return drain(atMost);
    } finally {
      lock.unlock();
    }
  }

  /** How many records wait. */
  public int size() {
    lock.lock();
    try {
      return records;
    } finally {
      lock.unlock();
    }
  }

  /** The size of what waits, in characters. */
  public long weight() {
    lock.lock();
    try {
      return weight;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the task: the first failure is kept. */
  void fail(ConnectException fatal) {
    lock.lock();
    try {
      if (failure == null) {
        failure = fatal;
      }
      worthALook.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Tells the worker once about something that the feed goes on repairing. */
  void report(RetriableException retriable) {
    lock.lock();
    try {
      outage = retriable;
      worthALook.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Releases everybody; what is still in the buffer is dropped and will be read again from the
   * stored offset.
   */
  public void close() {
    lock.lock();
    try {
      closed = true;
      batches.clear();
      records = 0;
      weight = 0;
      notFull.signalAll();
      worthALook.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static long weigh(List<FeedRecord> batch) {
    long sum = 0;
    for (FeedRecord one : batch) {
      sum += one.weight();
    }
    return sum;
  }

  private boolean hasRoom(int moreRecords, long moreWeight) {
    // An empty buffer takes any batch: one that is larger than the bound must pass too.
    return batches.isEmpty()
        || (records + moreRecords <= maxRecords && weight + moreWeight <= maxWeight);
  }

  private boolean isQuiet() {
    return batches.isEmpty() && failure == null && outage == null && !closed;
  }

  private void throwFailure() {
    if (closed) {
      return;
    }
    if (failure != null) {
      throw failure;
    }
    if (outage != null) {
      RetriableException once = outage;
      outage = null;
      throw once;
    }
  }

  private List<FeedRecord> drain(int atMost) {
    List<FeedRecord> drained = new ArrayList<>();
    while (!batches.isEmpty() && drained.size() < atMost) {
      List<FeedRecord> batch = batches.remove();
      records -= batch.size();
      weight -= weigh(batch);
      drained.addAll(batch);
    }
    notFull.signalAll();
    return drained;
  }
}
