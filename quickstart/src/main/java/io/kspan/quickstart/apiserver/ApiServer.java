package io.kspan.quickstart.apiserver;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kspan.quickstart.capture.CaptureRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stand-in Kubernetes API server on loopback: discovery, get, list with pages, and watch with
 * bookmarks. It serves what it is fed, to anyone, and writes nothing.
 *
 * <p>Thread-safe.
 */
public final class ApiServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ApiServer.class);

  static {
    // Small chunks must not wait for the client's acknowledgement of the one before.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final ResourceCatalog catalog;
  private final Map<ResourceType, ResourceStore> stores = new LinkedHashMap<>();
  private final Set<ResourceType> watched = ConcurrentHashMap.newKeySet();
  private final Set<ResourceType> changing = new HashSet<>();
  private final HttpServer server;
  private final ExecutorService workers;

  /** Serves {@code recording}'s initial state from now on; its changes are to be played. */
  public ApiServer(Recording recording) {
    this.catalog = new ResourceCatalog(recording.all());
    catalog.all().forEach(type -> stores.put(type, new ResourceStore(type)));
    for (CaptureRecord record : recording.initial()) {
      stores.get(catalog.typeOf(record)).seed(record.object());
    }
    recording.changes().forEach(change -> changing.add(catalog.typeOf(change)));
    AtomicInteger count = new AtomicInteger();
    this.workers =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "api-server-" + count.getAndIncrement());
              thread.setDaemon(true);
              return thread;
            });
    try {
      this.server =
          HttpServer.create(
              new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException("the stand-in API server cannot listen", e);
    }
    server.setExecutor(workers);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Where it listens. */
  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** How many resources somebody has watched so far. */
  public int watched() {
    return watched.size();
  }

  /** Whether somebody has watched every resource that the recording has changes of. */
  public boolean isWatched() {
    return watched.containsAll(changing);
  }

  /** Lets the change happen, for every watch to see. */
  public void apply(CaptureRecord record) {
    stores.get(catalog.typeOf(record)).apply(record.type(), record.object());
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!exchange.getRequestMethod().equals("GET")) {
        Answers.send(
            exchange, 405, Answers.status(405, "MethodNotAllowed", "this server is read-only"));
        return;
      }
      answer(exchange, exchange.getRequestURI().getPath().replaceFirst("/+$", ""));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.warn("The stand-in API server failed on {}", exchange.getRequestURI(), e);
    }
  }

  private void answer(HttpExchange exchange, String path) throws IOException, InterruptedException {
    switch (path) {
      case "/version" -> Answers.send(exchange, 200, Answers.version());
      case "/api" -> Answers.send(exchange, 200, Answers.apiVersions());
      case "/apis" -> Answers.send(exchange, 200, Answers.groups(catalog.all()));
      default -> {
        String[] parts = path.split("/");
        if (path.startsWith("/api/") && parts.length == 3) {
          Answers.send(exchange, 200, Answers.resources(parts[2], catalog.ofVersion("", parts[2])));
        } else if (path.startsWith("/apis/") && parts.length == 4) {
          Answers.send(
              exchange,
              200,
              Answers.resources(parts[2] + "/" + parts[3], catalog.ofVersion(parts[2], parts[3])));
        } else if (path.startsWith("/apis/") && parts.length == 3) {
          Answers.send(exchange, 200, Answers.group(parts[2], catalog.all()));
        } else {
          resource(exchange, path);
        }
      }
    }
  }

  private void resource(HttpExchange exchange, String path)
      throws IOException, InterruptedException {
    Optional<ResourcePath> asked = ResourcePath.parse(path);
    Optional<ResourceType> type =
        asked.flatMap(at -> catalog.find(at.group(), at.version(), at.plural()));
    if (type.isEmpty()) {
      Answers.send(
          exchange,
          404,
          Answers.status(404, "NotFound", "the server could not find the requested resource"));
      return;
    }
    ResourceStore store = stores.get(type.get());
    Query query = new Query(exchange.getRequestURI());
    if (!asked.get().name().isEmpty()) {
      get(exchange, store, asked.get());
    } else if (query.is("watch")) {
      watch(exchange, store, asked.get(), query);
    } else {
      list(exchange, store, asked.get(), query);
    }
  }

  private static void get(HttpExchange exchange, ResourceStore store, ResourcePath at)
      throws IOException {
    var object = store.get(at.namespace(), at.name());
    if (object == null && at.plural().equals("namespaces") && at.name().equals("kube-system")) {
      // Every cluster has it, and clients tell clusters apart by it. Lists show what was recorded.
      Answers.send(exchange, 200, Answers.kubeSystem());
    } else if (object == null) {
      String message = "%s \"%s\" not found".formatted(at.plural(), at.name());
      Answers.send(exchange, 404, Answers.status(404, "NotFound", message));
    } else {
      Answers.send(exchange, 200, object);
    }
  }

  private void watch(HttpExchange exchange, ResourceStore store, ResourcePath at, Query query)
      throws IOException, InterruptedException {
    String since = query.get("resourceVersion");
    if (!since.isEmpty() && !since.matches("\\d{1,18}")) {
      String message = "Invalid value: \"" + since + "\": invalid resourceVersion";
      Answers.send(exchange, 400, Answers.status(400, "BadRequest", message));
      return;
    }
    watched.add(store.type());
    new WatchStream(exchange, store, at.namespace(), query).serve();
  }

  private static void list(HttpExchange exchange, ResourceStore store, ResourcePath at, Query query)
      throws IOException {
    int limit = (int) Math.min(query.number("limit", Integer.MAX_VALUE), Integer.MAX_VALUE);
    String from = decode(query.get("continue"));
    ResourceStore.Page page =
        store.list(at.namespace(), from, limit == 0 ? Integer.MAX_VALUE : limit);
    Answers.send(exchange, 200, Answers.list(store.type(), page, encode(page.next())));
  }

  private static String encode(String key) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(key.getBytes(StandardCharsets.UTF_8));
  }

  private static String decode(String token) {
    return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    stores.values().forEach(ResourceStore::close);
    server.stop(0);
    workers.shutdownNow();
  }
}
