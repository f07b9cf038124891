package io.kspan.connect.watch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.IOException;
import java.io.InterruptedIOException;

/** What an exception while reading a response means to a feed. */
final class Failures {
  private Failures() {}

  static FeedFailure ofRead(IOException e) throws InterruptedException {
    if (e instanceof InterruptedIOException) {
      throw new InterruptedException(e.getMessage());
    }
    if (e instanceof ResponseStream.StalledException) {
      return new FeedFailure.Stalled(e.getMessage());
    }
    if (e instanceof JsonProcessingException json && !(e instanceof JsonEOFException)) {
      return new FeedFailure.Garbled("the response is not JSON: " + json.getOriginalMessage(), e);
    }
    return new FeedFailure.Disconnected(e.getMessage(), e);
  }
}
