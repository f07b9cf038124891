package io.kspan.connect.watch;

import io.kspan.connect.record.ListedScope;
import io.kspan.connect.record.ResourceId;
import io.kspan.connect.record.WatchScope;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lists a scope page by page. One thread only. */
final class ScopeLister {
  private static final Logger log = LoggerFactory.getLogger(ScopeLister.class);

  private final ApiClient api;
  private final WatchScope scope;
  private final int pageSize;
  private final Duration stallTimeout;
  private final FeedEmitter emitter;

  ScopeLister(ApiClient api, WatchScope scope, FeedSettings settings, FeedEmitter emitter) {
    this.api = api;
    this.scope = scope;
    this.pageSize = settings.listPageSize();
    this.stallTimeout = settings.stallTimeout();
    this.emitter = emitter;
  }

  /**
   * Emits every item and the marker of completion; gives the resourceVersion from which to watch.
   */
  String list() throws FeedFailure, InterruptedException {
    Instant startedAt = emitter.now();
    long[] items = {0};
    String kind = "";
    String continueToken = "";
    ListPageReader.Page page;
    do {
      page =
          page(
              continueToken,
              item -> {
                items[0]++;
                emitter.listItem(item);
              });
      kind = page.kind().isEmpty() ? kind : page.kind();
      continueToken = page.continueToken();
    } while (!continueToken.isEmpty());
    emitter.listComplete(completed(kind, page.resourceVersion(), startedAt));
    log.info("Listed {}: {} objects at {}", scope, items[0], page.resourceVersion());
    return page.resourceVersion();
  }

  private ListPageReader.Page page(String continueToken, ListPageReader.ItemSink sink)
      throws FeedFailure, InterruptedException {
    String query = "?limit=" + pageSize;
    if (!continueToken.isEmpty()) {
      query += "&continue=" + URLEncoder.encode(continueToken, StandardCharsets.UTF_8);
    }
    try (ResponseStream response = api.get(scope.path() + query, stallTimeout)) {
      return new ListPageReader(scope.resource(), sink).read(response);
    } catch (IOException e) {
      throw Failures.ofRead(e);
    }
  }

  private ListedScope completed(String kind, String resourceVersion, Instant startedAt) {
    ResourceId resource = scope.resource();
    return new ListedScope(
        resource.group(),
        resource.version(),
        kind,
        resource.plural(),
        scope.namespace(),
        resourceVersion,
        startedAt);
  }
}
