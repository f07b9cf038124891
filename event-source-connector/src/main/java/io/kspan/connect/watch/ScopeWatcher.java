package io.kspan.connect.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.connect.record.WatchScope;
import io.kspan.connect.record.WatchType;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads one watch from a position to its end. One thread only. */
final class ScopeWatcher {
  private static final Logger log = LoggerFactory.getLogger(ScopeWatcher.class);

  private final ApiClient api;
  private final WatchScope scope;
  private final FeedSettings settings;
  private final FeedEmitter emitter;
  private final RandomGenerator random;

  ScopeWatcher(
      ApiClient api,
      WatchScope scope,
      FeedSettings settings,
      FeedEmitter emitter,
      RandomGenerator random) {
    this.api = api;
    this.scope = scope;
    this.settings = settings;
    this.emitter = emitter;
    this.random = random;
  }

  /** Told whenever the watch has proved to work. */
  interface Progress {
    void made();
  }

  /**
   * Moves the position with every event and bookmark; returns when the server has ended the watch
   * in the ordinary way.
   */
  void watch(FeedPosition position, Progress progress) throws FeedFailure, InterruptedException {
    Instant begun = emitter.now();
    boolean silent = true;
    try (ResponseStream response =
        api.get(request(position), settings.stallTimeout(), settings.responseTimeout())) {
      LineReader lines = new LineReader(response, ApiClient.MAX_OBJECT_BYTES);
      for (byte[] line = lines.next(); line != null; line = lines.next()) {
        handle(parse(line, lines.isCut()), position);
        silent = false;
        progress.made();
      }
    } catch (IOException e) {
      throw Failures.ofRead(e);
    }
    Duration lasted = Duration.between(begun, emitter.now());
    if (silent && lasted.compareTo(settings.emptyCloseWithin()) < 0) {
      throw new FeedFailure.ClosedEmpty();
    }
    progress.made();
  }

  private String request(FeedPosition position) {
    // Spread, so that the feeds of a task do not renew their watches in the same second.
    double seconds = settings.watchTimeout().toMillis() / 1000.0 * (0.8 + random.nextDouble() / 5);
    return scope.path()
        + "?watch=true&allowWatchBookmarks=true&resourceVersion="
        + URLEncoder.encode(position.resourceVersion(), StandardCharsets.UTF_8)
        + "&timeoutSeconds="
        + Math.max(1, Math.round(seconds));
  }

  private void handle(JsonNode event, FeedPosition position)
      throws FeedFailure, InterruptedException {
    if (!(event.path("object") instanceof ObjectNode object)) {
      throw new FeedFailure.Garbled("a watch line has no object", null);
    }
    String typeName = event.path("type").asText("");
    WatchType type =
        WatchType.of(typeName)
            .orElseThrow(
                () -> new FeedFailure.Garbled("unknown watch event '" + typeName + "'", null));
    if (type == WatchType.ERROR) {
      throw FeedFailure.ofStatus(
          object.path("code").asInt(500),
          object.path("message").asText(""),
          Duration.ofSeconds(object.path("details").path("retryAfterSeconds").asLong(0)));
    }
    String version = object.path("metadata").path("resourceVersion").asText("");
    if (version.isEmpty()) {
      throw new FeedFailure.Garbled("a watch event has no resourceVersion", null);
    }
    if (type == WatchType.BOOKMARK && position.isAheadOf(version)) {
      throw new FeedFailure.WentBack(version);
    }
    if (type == WatchType.BOOKMARK) {
      emitter.bookmark(position.offsetAt(version));
    } else {
      emitter.watchEvent(type, object, position.offset(), position.offsetAt(version));
    }
    position.advanced(version);
    log.trace("{} is at {}", scope, version);
  }

  private static JsonNode parse(byte[] line, boolean cut) throws FeedFailure {
    try {
      return Json.MAPPER.readTree(line);
    } catch (IOException e) {
      // Either way, what it said is asked for again.
      if (cut) {
        throw new FeedFailure.Disconnected("the watch ended in the middle of a line", e);
      }
      throw new FeedFailure.Garbled("a watch line of " + line.length + " bytes is not JSON", e);
    }
  }
}
