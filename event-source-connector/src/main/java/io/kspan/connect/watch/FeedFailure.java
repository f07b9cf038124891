package io.kspan.connect.watch;

import java.time.Duration;

/**
 * Why a list or watch ended early. Each kind has one answer, see {@link ResourceFeed}; none of them
 * ends the task.
 */
abstract sealed class FeedFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private FeedFailure(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * Turns a status of the API server, from the HTTP response or from an ERROR object of a watch,
   * into a failure.
   */
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

  /** The position is too old for the API server: list again. Not an error. */
  static final class Expired extends FeedFailure {
    private static final long serialVersionUID = 1L;

    Expired(String message) {
      super(message, null);
    }
  }

  /** The server is behind the position, as after a restore of etcd: list again. */
  static final class WentBack extends FeedFailure {
    private static final long serialVersionUID = 1L;

    WentBack(String serverVersion) {
      super("the API server was set back to " + serverVersion, null);
    }
  }

  /**
   * The server ended a watch cleanly, at once and without a message: what a stale position on
   * Events gives instead of 410, and what a restarting server or load balancer gives too.
   */
  static final class ClosedEmpty extends FeedFailure {
    private static final long serialVersionUID = 1L;

    ClosedEmpty() {
      super("the watch was closed at once without a message", null);
    }
  }

  /**
   * Not allowed, not authenticated or not served: only this scope suffers, until somebody repairs
   * it.
   */
  static final class Refused extends FeedFailure {
    private static final long serialVersionUID = 1L;
    private final int code;

    Refused(int code, String message) {
      super(message, null);
      this.code = code;
    }

    int code() {
      return code;
    }
  }

  /** The server asks for patience. */
  static final class Unavailable extends FeedFailure {
    private static final long serialVersionUID = 1L;
    private final Duration retryAfter;

    Unavailable(String message, Duration retryAfter) {
      super(message, null);
      this.retryAfter = retryAfter;
    }

    Duration retryAfter() {
      return retryAfter;
    }
  }

  /**
   * A stream that went silent: perhaps dead, perhaps only quiet, so it is renewed without alarm.
   */
  static final class Stalled extends FeedFailure {
    private static final long serialVersionUID = 1L;

    Stalled(String message) {
      super(message, null);
    }
  }

  /** No connection, or one that broke. */
  static final class Disconnected extends FeedFailure {
    private static final long serialVersionUID = 1L;

    Disconnected(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** There is nothing to authenticate with at the moment: perhaps it is being replaced. */
  static final class NoCredentials extends FeedFailure {
    private static final long serialVersionUID = 1L;

    NoCredentials(String message) {
      super(message, null);
    }
  }

  /**
   * Something that is not the protocol. An event may be behind it, so the position must not move
   * past it.
   */
  static final class Garbled extends FeedFailure {
    private static final long serialVersionUID = 1L;

    Garbled(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
