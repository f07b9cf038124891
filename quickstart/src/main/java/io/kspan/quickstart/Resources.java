package io.kspan.quickstart;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a run has started, closed in the opposite order: by the run itself when it is done, or by
 * the shutdown hook when the user interrupts.
 *
 * <p>Thread-safe. {@link #close} never throws; whoever calls it second waits for the first.
 */
public final class Resources implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Resources.class);

  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private boolean closed;
  private volatile boolean interrupted;

  /**
   * Takes over {@code resource}.
   *
   * @throws StoppedException when the run is being stopped; the resource is then closed already
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
   * Waits up to {@code millis}; returns early when the run is being stopped.
   *
   * @throws StoppedException when the run is being stopped
   */
  public void pause(long millis) throws InterruptedException {
    if (stopping.await(millis, TimeUnit.MILLISECONDS)) {
      throw new StoppedException();
    }
  }

  /** Closes everything because the user wants to end the run; what fails from now on is no news. */
  public void interrupt() {
    interrupted = true;
    close();
  }

  /** Whether the user has ended the run. */
  public boolean isInterrupted() {
    return interrupted;
  }

  /** Whether there is anything to stop. */
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
      // The rest must still be stopped.
      log.warn("{} did not close", resource, e);
    }
  }

  /** The user has interrupted the run; not an error. */
  public static final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
