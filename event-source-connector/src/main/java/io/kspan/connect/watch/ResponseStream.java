package io.kspan.connect.watch;

import io.fabric8.kubernetes.client.http.AsyncBody;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A response body as a stream with bounded reads: they throw {@link StalledException} when the
 * server is silent or the response lasts for too long, and {@link InterruptedIOException} when the
 * reading thread is interrupted.
 *
 * <p>It requests the next chunk only when the last one is used up, so a blocked reader holds the
 * server back. Read and closed by one thread; the HTTP client's threads only add to the queue.
 */
final class ResponseStream extends InputStream {
  private static final Object END = new Object();
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final BlockingQueue<Object> arrivals = new LinkedBlockingQueue<>();
  private final Deque<ByteBuffer> chunk = new ArrayDeque<>();
  private final Duration stallTimeout;
  private final Duration timeout;
  private final long begun = System.nanoTime();
  private AsyncBody body;
  private ByteBuffer current = NOTHING;
  private long allowed = Long.MAX_VALUE;
  private boolean ended;

  /**
   * @param stallTimeout how long the server may be silent
   * @param timeout how long the response may last; data that has arrived by then is still read
   */
  ResponseStream(Duration stallTimeout, Duration timeout) {
    this.stallTimeout = stallTimeout;
    this.timeout = timeout;
  }

  /** The server was silent for too long, as on a dead connection, or the response did not end. */
  static final class StalledException extends IOException {
    private static final long serialVersionUID = 1L;

    StalledException(String message) {
      super(message);
    }
  }

  /** More bytes were read than allowed. */
  static final class OversizedException extends IOException {
    private static final long serialVersionUID = 1L;

    OversizedException() {
      super("a value is too long");
    }
  }

  /** Limits what may be read from now on, so that a value without end exhausts no memory. */
  void allow(long bytes) {
    allowed = bytes;
  }

  /** Adds a chunk; called by the HTTP client. */
  void arrived(List<ByteBuffer> buffers) {
    arrivals.add(buffers);
  }

  /** Starts the response and requests its first chunk. */
  void begin(AsyncBody responseBody) {
    body = responseBody;
    body.done().whenComplete((nothing, failure) -> arrivals.add(failure == null ? END : failure));
    body.consume();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (!current.hasRemaining()) {
      if (ended || !nextBuffer()) {
        return -1;
      }
    }
    int count = Math.min(length, current.remaining());
    if (count > allowed) {
      throw new OversizedException();
    }
    allowed -= count;
    current.get(target, offset, count);
    return count;
  }

  @Override
  public void close() {
    body.cancel();
  }

  private boolean nextBuffer() throws IOException {
    if (chunk.isEmpty()) {
      Object arrival = awaitArrival();
      if (arrival == END) {
        ended = true;
        return false;
      }
      if (arrival instanceof Throwable failure) {
        ended = true;
        throw new IOException("the response was cut off: " + failure.getMessage(), failure);
      }
      for (Object buffer : (List<?>) arrival) {
        chunk.add((ByteBuffer) buffer);
      }
    }
    current = chunk.isEmpty() ? NOTHING : chunk.remove();
    if (chunk.isEmpty()) {
      body.consume();
    }
    return true;
  }

  private Object awaitArrival() throws IOException {
    try {
      long left = timeout.toNanos() - (System.nanoTime() - begun);
      long wait = Math.min(stallTimeout.toNanos(), left);
      Object arrival = arrivals.poll(Math.max(0, wait), TimeUnit.NANOSECONDS);
      if (arrival == null) {
        throw new StalledException(
            wait < stallTimeout.toNanos()
                ? "the response did not end within " + timeout.toMillis() + " ms"
                : "no byte arrived for " + stallTimeout.toMillis() + " ms");
      }
      return arrival;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("stopped while waiting for the API server");
    }
  }
}
