package io.kspan.connect.watch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.connect.record.ListedScope;
import io.kspan.connect.record.ResourceId;
import io.kspan.connect.record.SourceOffset;
import io.kspan.connect.record.WatchScope;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lists a scope page by page. One thread only. */
final class ScopeLister {
  private static final Logger log = LoggerFactory.getLogger(ScopeLister.class);

  private final ApiClient api;
  private final WatchScope scope;
  private final FeedSettings settings;
  private final FeedEmitter emitter;
  private int items;

  ScopeLister(ApiClient api, WatchScope scope, FeedSettings settings, FeedEmitter emitter) {
    this.api = api;
    this.scope = scope;
    this.settings = settings;
    this.emitter = emitter;
  }

  /**
   * Emits every item that the position does not prove old, and the marker of completion; then the
   * position is that of the list.
   */
  void list(FeedPosition position) throws FeedFailure, InterruptedException {
    Instant startedAt = emitter.now();
    items = 0;
    ListPageReader.Page last = pages("", sinkOf(position));
    SourceOffset listed = new SourceOffset(last.resourceVersion(), startedAt.toEpochMilli());
    emitter.listComplete(completed(last, startedAt), listed);
    position.listed(listed);
    log.info("Listed {}: {} objects at {}", scope, items, last.resourceVersion());
  }

  private ListPageReader.ItemSink sinkOf(FeedPosition position) {
    return new ListPageReader.ItemSink() {
      @Override
      public void accept(ObjectNode item) throws InterruptedException {
        items++;
        emitter.listItem(item, position);
      }

      @Override
      public void listIsAt(String resourceVersion) {
        position.listIsAt(resourceVersion);
      }
    };
  }

  /** Throws when the server is behind the position; costs it a list of one object. */
  void requireReached(FeedPosition position) throws FeedFailure, InterruptedException {
    String now = page("?limit=1", item -> {}).resourceVersion();
    if (position.isAheadOf(now)) {
      throw new FeedFailure.WentBack(now);
    }
  }

  /**
   * Emits every object as it is at the position, and the marker of completion. The watch goes on
   * from the position, so nothing that happens meanwhile is hidden, and a restart resumes there.
   */
  void snapshot(FeedPosition position) throws FeedFailure, InterruptedException {
    Instant startedAt = emitter.now();
    String exactly =
        "&resourceVersionMatch=Exact&resourceVersion=" + encoded(position.resourceVersion());
    ListPageReader.Page last = pages(exactly, item -> emitter.snapshotItem(item, position));
    SourceOffset taken = new SourceOffset(position.resourceVersion(), startedAt.toEpochMilli());
    emitter.listComplete(completed(last, startedAt), taken);
    position.snapshotTaken(taken);
    log.info("Took a snapshot of {} at {}", scope, position.resourceVersion());
  }

  private ListPageReader.Page pages(String version, ListPageReader.ItemSink sink)
      throws FeedFailure, InterruptedException {
    String limit = "?limit=" + settings.listPageSize();
    ListPageReader.Page page = page(limit + version, sink);
    String kind = page.kind();
    while (!page.continueToken().isEmpty()) {
      page = page(limit + "&continue=" + encoded(page.continueToken()), sink);
      kind = page.kind().isEmpty() ? kind : page.kind();
    }
    return new ListPageReader.Page(kind, page.resourceVersion(), "");
  }

  private ListPageReader.Page page(String query, ListPageReader.ItemSink sink)
      throws FeedFailure, InterruptedException {
    try (ResponseStream response =
        api.get(scope.path() + query, settings.stallTimeout(), settings.responseTimeout())) {
      return new ListPageReader(scope.resource(), sink).read(response);
    } catch (IOException e) {
      throw Failures.ofRead(e);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private ListedScope completed(ListPageReader.Page page, Instant startedAt) {
    ResourceId resource = scope.resource();
    return new ListedScope(
        resource.group(),
        resource.version(),
        page.kind(),
        resource.plural(),
        scope.namespace(),
        page.resourceVersion(),
        startedAt);
  }
}
