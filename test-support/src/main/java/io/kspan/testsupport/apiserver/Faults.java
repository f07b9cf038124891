package io.kspan.testsupport.apiserver;

import io.kspan.apiserver.Response;
import io.kspan.testsupport.apiserver.StubApiServer.Distortion;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The faults of an answer of an API server, beyond its status. */
public final class Faults {
  private static final int DRIP_BYTES = 61;

  private Faults() {}

  /** Status 429 that says when to come again. */
  public static Response tooManyRequests(int retryAfterSeconds) {
    return exchange -> {
      exchange.getResponseHeaders().set("Retry-After", Integer.toString(retryAfterSeconds));
      Response.status(429, "too many requests").answer(exchange);
    };
  }

  /** The request is taken, and that is all. */
  public static Response noAnswer() {
    return exchange -> silence();
  }

  /** An answer begins, and nothing follows. */
  public static Response emptySilence() {
    return exchange -> {
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().flush();
      silence();
    };
  }

  /** An answer that is never silent for long and never says anything. */
  public static Response endlessDrip(long pauseMillis) {
    return exchange -> {
      exchange.sendResponseHeaders(200, 0);
      OutputStream body = exchange.getResponseBody();
      body.write('{');
      while (true) {
        body.write(' ');
        body.flush();
        pause(pauseMillis);
      }
    };
  }

  /** The connection breaks after so many bytes, in the middle of a chunk of HTTP. */
  public static Distortion cutAfter(int bytes) {
    return body ->
        new Limited(body, bytes) {
          @Override
          void reached() throws IOException {
            throw new IOException("cut");
          }
        };
  }

  /** Nothing follows so many bytes, and the connection stays. */
  public static Distortion silenceAfter(int bytes) {
    return body ->
        new Limited(body, bytes) {
          @Override
          void reached() throws IOException {
            silence();
          }
        };
  }

  /** The bytes after so many come some time later, on the same connection. */
  public static Distortion stallAfter(int bytes, long millis) {
    return body ->
        new Bytewise(body) {
          private int sent;

          @Override
          public void write(byte[] line, int offset, int length) throws IOException {
            int before = Math.min(length, Math.max(0, bytes - sent));
            out.write(line, offset, before);
            if (sent <= bytes && sent + length > bytes) {
              out.flush();
              pause(millis);
            }
            out.write(line, offset + before, length - before);
            sent += length;
          }
        };
  }

  /** The first line is garbage, as long as it was. */
  public static Distortion garbledLine() {
    return body ->
        new Bytewise(body) {
          private boolean over;

          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            byte[] sent = Arrays.copyOfRange(bytes, offset, offset + length);
            for (int i = 0; i < length && !over; i++) {
              over = sent[i] == '\n';
              sent[i] = over ? sent[i] : (byte) '}';
            }
            out.write(sent);
          }
        };
  }

  /** A few bytes at a time: chunks that end anywhere, also within a character. */
  public static Distortion slowDrip() {
    return body ->
        new Bytewise(body) {
          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int at = offset; at < offset + length; at += DRIP_BYTES) {
              out.write(bytes, at, Math.min(DRIP_BYTES, offset + length - at));
              out.flush();
              pause(1);
            }
          }
        };
  }

  private static void silence() throws IOException {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      throw new InterruptedIOException("the stub is closed");
    }
  }

  private static void pause(long millis) throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      throw new InterruptedIOException("the stub is closed");
    }
  }

  /** Passes all bytes through one method. */
  private abstract static class Bytewise extends FilterOutputStream {
    Bytewise(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public abstract void write(byte[] bytes, int offset, int length) throws IOException;
  }

  private abstract static class Limited extends Bytewise {
    private int left;

    Limited(OutputStream out, int bytes) {
      super(out);
      left = bytes;
    }

    abstract void reached() throws IOException;

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      int passed = Math.min(left, length);
      out.write(bytes, offset, passed);
      left -= passed;
      if (passed < length) {
        out.flush();
        reached();
      }
    }

    /** Closing would end the response as if it were complete. */
    @Override
    public void close() throws IOException {
      if (left == 0) {
        throw new IOException("the response ends here");
      }
      super.close();
    }
  }
}
