package io.kspan.connect.watch;

import static io.kspan.connect.watch.ApiClient.encoded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.connect.record.SourceOffset;
import io.kspan.connect.record.WatchScope;
import io.kspan.connect.record.WatchType;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lists and watches one scope, one request after the other, on the thread of its feed. */
final class ScopeReader {
  private static final Logger log = LoggerFactory.getLogger(ScopeReader.class);
  private static final ObjectReader EVENTS = ApiClient.JSON.readerFor(JsonNode.class);

  private final ApiClient api;
  private final WatchScope scope;
  private final FeedSettings settings;
  private final FeedEmitter emitter;
  private final RandomGenerator random;

  ScopeReader(WatchScope scope, FeedContext context, FeedEmitter emitter, RandomGenerator random) {
    this.api = context.api();
    this.scope = scope;
    this.settings = context.settings();
    this.emitter = emitter;
    this.random = random;
  }

  /**
   * Emits every item that the position does not prove old, and the marker of completion; then the
   * position is that of the list.
   */
  void list(FeedPosition position) throws FeedFailure, InterruptedException {
    Instant startedAt = emitter.now();
    AtomicInteger items = new AtomicInteger();
    ListPageReader.Page last =
        pages(
            "",
            position::listIsAt,
            item -> {
              items.incrementAndGet();
              emitter.listItem(item, position);
            });
    SourceOffset listed = new SourceOffset(last.resourceVersion(), startedAt.toEpochMilli());
    emitter.listComplete(last, startedAt, listed);
    position.listed(listed);
    log.info("Listed {}: {} objects at {}", scope, items, last.resourceVersion());
  }

  /**
   * Emits every object as it is at the position, and the marker of completion. The watch goes on
   * from the position, so no change in between is hidden, and a restart resumes there.
   */
  void snapshot(FeedPosition position) throws FeedFailure, InterruptedException {
    Instant startedAt = emitter.now();
    String exactly =
        "&resourceVersionMatch=Exact&resourceVersion=" + encoded(position.resourceVersion());
    ListPageReader.Page last =
        pages(exactly, version -> {}, item -> emitter.snapshotItem(item, position));
    SourceOffset taken = new SourceOffset(position.resourceVersion(), startedAt.toEpochMilli());
    emitter.listComplete(last, startedAt, taken);
    position.snapshotTaken(taken);
    log.info("Took a snapshot of {} at {}", scope, position.resourceVersion());
  }

  /** Throws unless the server serves the scope; costs a list of one object. */
  void requireServed() throws FeedFailure, InterruptedException {
    page("?limit=1", version -> {}, item -> {});
  }

  /** Throws when the server is behind the position; costs a list of one object. */
  void requireReached(FeedPosition position) throws FeedFailure, InterruptedException {
    String now = page("?limit=1", version -> {}, item -> {}).resourceVersion();
    if (position.isAheadOf(now)) {
      throw new FeedFailure.WentBack(now);
    }
  }

  private ListPageReader.Page pages(
      String version, Consumer<String> listIsAt, ListPageReader.ItemSink sink)
      throws FeedFailure, InterruptedException {
    String limit = "?limit=" + settings.listPageSize();
    ListPageReader.Page page = page(limit + version, listIsAt, sink);
    String kind = page.kind();
    while (!page.continueToken().isEmpty()) {
      page = page(limit + "&continue=" + encoded(page.continueToken()), listIsAt, sink);
      kind = page.kind().isEmpty() ? kind : page.kind();
    }
    return new ListPageReader.Page(kind, page.resourceVersion(), "");
  }

  private ListPageReader.Page page(
      String query, Consumer<String> listIsAt, ListPageReader.ItemSink sink)
      throws FeedFailure, InterruptedException {
    try (ResponseStream response = request(query)) {
      return new ListPageReader(scope.resource(), listIsAt, sink).read(response);
    } catch (IOException e) {
      throw FeedFailure.ofRead(e);
    }
  }

  private ResponseStream request(String query) throws FeedFailure, InterruptedException {
    return api.get(scope.path() + query, settings.stallTimeout(), settings.responseTimeout());
  }

  /**
   * Watches from the position, which moves with every event and bookmark. Returns when the server
   * has ended the watch in the ordinary way.
   *
   * @param progress called whenever the watch has proved to work
   */
  void watch(FeedPosition position, Runnable progress) throws FeedFailure, InterruptedException {
    Instant begun = emitter.now();
    boolean silent = true;
    try (ResponseStream response = request(watchQuery(position));
        MappingIterator<JsonNode> events = EVENTS.readValues(response)) {
      response.allow(ApiClient.MAX_OBJECT_BYTES);
      while (events.hasNextValue()) {
        handle(events.nextValue(), position);
        silent = false;
        progress.run();
        response.allow(ApiClient.MAX_OBJECT_BYTES);
      }
    } catch (IOException e) {
      throw FeedFailure.ofRead(e);
    }
    Duration lasted = Duration.between(begun, emitter.now());
    if (silent && lasted.compareTo(settings.emptyCloseWithin()) < 0) {
      throw new FeedFailure.ClosedEmpty();
    }
    progress.run();
  }

  private String watchQuery(FeedPosition position) {
    // Random, so that the feeds of a task do not renew their watches in the same second.
    double seconds = settings.watchTimeout().toMillis() / 1000.0 * (0.8 + random.nextDouble() / 5);
    return "?watch=true&allowWatchBookmarks=true&resourceVersion="
        + encoded(position.resourceVersion())
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
    SourceOffset after = position.offset().advancedTo(version);
    if (type != WatchType.BOOKMARK) {
      emitter.watchEvent(type, object, position.offset(), after);
    } else if (position.isAheadOf(version)) {
      throw new FeedFailure.WentBack(version);
    } else {
      emitter.bookmark(after);
    }
    position.advanced(version);
    log.trace("{} is at {}", scope, version);
  }
}
