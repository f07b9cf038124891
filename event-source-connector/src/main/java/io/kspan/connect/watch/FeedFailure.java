package io.kspan.connect.watch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;

/**
 * Why a list or watch ended early. {@link ResourceFeed} has one reaction to each kind; no kind ends
 * the task.
 */
@SuppressWarnings("serial")
abstract sealed class FeedFailure extends Exception {
  private FeedFailure(String message, Throwable cause) {
    super(message, cause);
  }

  /** The failure for a status of an HTTP response or of an ERROR object of a watch. */
  static FeedFailure ofStatus(int code, String message, Duration retryAfter) {
    String text = "HTTP " + code + (message.isEmpty() ? "" : ": " + message);
    if (code == 410) {
      return new Expired(text);
    }
    if (code == 429 || code >= 500) {
      return new Unavailable(text, retryAfter);
    }
    return new Refused(code, text);
  }

  /** The failure for an exception while a response is read. */
  static FeedFailure ofRead(IOException e) throws InterruptedException {
    if (e instanceof InterruptedIOException) {
      throw new InterruptedException(e.getMessage());
    }
    if (e instanceof ResponseStream.StalledException) {
      return new Stalled(e.getMessage());
    }
    if (e instanceof ResponseStream.OversizedException) {
      return new Garbled(e.getMessage(), e);
    }
    if (e instanceof JsonProcessingException json && !(e instanceof JsonEOFException)) {
      return new Garbled("the response is not JSON: " + json.getOriginalMessage(), e);
    }
    return new Disconnected(e.getMessage(), e);
  }

  /** The least time that the server asks clients to wait. */
  Duration retryAfter() {
    return Duration.ZERO;
  }

  /** The position is too old for the API server: list again. Not an error. */
  static final class Expired extends FeedFailure {
    Expired(String message) {
      super(message, null);
    }
  }

  /** The server is behind the position, as after a restore of etcd: list again. */
  static final class WentBack extends FeedFailure {
    WentBack(String serverVersion) {
      super("the API server was set back to " + serverVersion, null);
    }
  }

  /**
   * The server ended a watch cleanly, at once and without a message. A stale position on Events of
   * older servers gives this instead of 410; a restarting server or load balancer gives it, too.
   */
  static final class ClosedEmpty extends FeedFailure {
    ClosedEmpty() {
      super("the watch was closed at once without a message", null);
    }
  }

  /** Not allowed, not authenticated or not served: affects only this scope, until repaired. */
  static final class Refused extends FeedFailure {
    private final int code;

    Refused(int code, String message) {
      super(message, null);
      this.code = code;
    }

    int code() {
      return code;
    }

    /** Whether the request carried no credentials, as after a credential plugin has failed. */
    boolean isAnonymous() {
      return code == 403 && getMessage().contains("system:anonymous");
    }
  }

  /** The server is overloaded or not ready. */
  static final class Unavailable extends FeedFailure {
    private final Duration retryAfter;

    Unavailable(String message, Duration retryAfter) {
      super(message, null);
      this.retryAfter = retryAfter;
    }

    @Override
    Duration retryAfter() {
      return retryAfter;
    }
  }

  /** A silent stream: perhaps dead, perhaps only quiet, so it is renewed without a warning. */
  static final class Stalled extends FeedFailure {
    Stalled(String message) {
      super(message, null);
    }
  }

  /** No connection, or a broken one. */
  static final class Disconnected extends FeedFailure {
    Disconnected(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The credentials cannot be used at the moment; perhaps they are being replaced. */
  static final class NoCredentials extends FeedFailure {
    NoCredentials(String message) {
      super(message, null);
    }
  }

  /** Data outside the protocol. It may hide an event, so the position must not move past it. */
  static final class Garbled extends FeedFailure {
    Garbled(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
