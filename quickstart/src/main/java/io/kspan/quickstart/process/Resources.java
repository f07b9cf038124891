package io.kspan.quickstart.process;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that a command has started. The command closes it at its end, or the shutdown hook
 * when the user interrupts; the resources are closed in the opposite order. Thread-safe. {@link
 * #close} never throws; a second caller waits for the first.
 */
public final class Resources implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Resources.class);
  private static final long POLL_MILLIS = 100;

  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private boolean closed;
  private volatile boolean interrupted;

  /** A condition that a command waits for. */
  @FunctionalInterface
  public interface Condition {
    boolean isMet() throws InterruptedException;
  }

  /** The user has interrupted the command; not an error. */
  public static final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Takes over {@code resource}.
   *
   * @throws StoppedException when the command is being stopped; the resource is then closed
   */
  public <T extends AutoCloseable> T add(T resource) {
    synchronized (this) {
      if (!closed) {
        open.push(resource);
        return resource;
      }
    }
    closeQuietly(resource);
    throw new StoppedException();
  }

  /**
   * Waits up to {@code millis}; returns early when the command is being stopped.
   *
   * @throws StoppedException when the command is being stopped
   */
  public void pause(long millis) throws InterruptedException {
    if (stopping.await(millis, TimeUnit.MILLISECONDS)) {
      throw new StoppedException();
    }
  }

  /**
   * Waits until {@code condition} is met and runs {@code report} every {@code reportSeconds}
   * meanwhile.
   *
   * @throws StoppedException when the command is being stopped
   */
  public void await(Condition condition, int reportSeconds, Runnable report)
      throws InterruptedException {
    long reported = System.nanoTime();
    while (!condition.isMet()) {
      pause(POLL_MILLIS);
      if (System.nanoTime() - reported > TimeUnit.SECONDS.toNanos(reportSeconds)) {
        reported = System.nanoTime();
        report.run();
      }
    }
  }

  /** Closes everything because the user ends the command; later failures are not reported. */
  public void interrupt() {
    interrupted = true;
    close();
  }

  /** Whether the user has ended the command. */
  public boolean isInterrupted() {
    return interrupted;
  }

  /** Whether there is nothing to close. */
  public synchronized boolean isEmpty() {
    return open.isEmpty();
  }

  @Override
  public synchronized void close() {
    stopping.countDown();
    closed = true;
    while (!open.isEmpty()) {
      closeQuietly(open.pop());
    }
  }

  private static void closeQuietly(AutoCloseable resource) {
    try {
      resource.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      // The other resources must still be closed.
      log.warn("{} did not close", resource, e);
    }
  }
}
