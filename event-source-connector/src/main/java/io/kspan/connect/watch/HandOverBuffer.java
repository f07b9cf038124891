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
 * <p>A full buffer blocks the feeds, and through them the connections to the API server. Every
 * {@link #poll} after a fatal failure throws it, the first one if there are several; the report of
 * an outage is thrown once. {@link #close} releases all waiting threads.
 */
public final class HandOverBuffer {
  private final int maxRecords;
  private final long maxChars;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition notFull = lock.newCondition();
  private final Condition notEmpty = lock.newCondition();

  // Written under the lock; the two sizes are volatile for the metrics.
  private final Deque<List<FeedRecord>> batches = new ArrayDeque<>();
  private volatile int records;
  private volatile long chars;
  private ConnectException failure;
  private RetriableException outage;
  private boolean closed;

  public HandOverBuffer(int maxRecords, long maxChars) {
    this.maxRecords = maxRecords;
    this.maxChars = maxChars;
  }

  /** Hands over records that belong together; blocks while the buffer is full. */
  void put(List<FeedRecord> batch) throws InterruptedException {
    if (batch.isEmpty()) {
      return;
    }
    long batchChars = charsOf(batch);
    lock.lockInterruptibly();
    try {
      // An empty buffer takes any batch, also one that is larger than the bound.
      while (!closed
          && !batches.isEmpty()
          && (records + batch.size() > maxRecords || chars + batchChars > maxChars)) {
        notFull.await();
      }
      if (closed) {
        throw new InterruptedException("the hand-over buffer is closed");
      }
      batches.add(batch);
      resize(batch.size(), batchChars);
      notEmpty.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns the oldest whole batches, up to about that many records; empty if none arrived within
   * the wait, or if closed.
   */
  public List<FeedRecord> poll(int maxPolled, Duration wait) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long nanos = wait.toNanos();
      while (batches.isEmpty() && failure == null && outage == null && !closed && nanos > 0) {
        nanos = notEmpty.awaitNanos(nanos);
      }
      throwFailure();
      List<FeedRecord> polled = new ArrayList<>();
      while (!batches.isEmpty() && polled.size() < maxPolled) {
        List<FeedRecord> batch = batches.remove();
        resize(-batch.size(), -charsOf(batch));
        polled.addAll(batch);
      }
      notFull.signalAll();
      return polled;
    } finally {
      lock.unlock();
    }
  }

  /** The number of records in the buffer. */
  public int records() {
    return records;
  }

  /** The size of the records in the buffer, in characters. */
  public long chars() {
    return chars;
  }

  /** Ends the task. */
  void fail(ConnectException fatal) {
    locked(() -> failure = failure == null ? fatal : failure);
  }

  /** Reports an outage to the worker while the feed goes on. */
  void report(RetriableException retriable) {
    locked(() -> outage = retriable);
  }

  /** Drops the content, which a restart reads again from the stored offset. */
  public void close() {
    locked(
        () -> {
          closed = true;
          batches.clear();
          resize(-records, -chars);
        });
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
      notFull.signalAll();
      notEmpty.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void resize(int moreRecords, long moreChars) {
    records = records + moreRecords;
    chars = chars + moreChars;
  }

  private static long charsOf(List<FeedRecord> batch) {
    return batch.stream().mapToLong(FeedRecord::chars).sum();
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
}
