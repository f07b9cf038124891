package io.kspan.topology.waterfall.page;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;

/**
 * The web page, and what its script asks for: {@code traces.json?since=} for changes, {@code
 * trace.json?id=} for the spans of a trace, {@code search.json?q=} for the ids of those that hold
 * all words. Read-only. Thread-safe.
 */
public final class PageEndpoint implements HttpHandler {
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");
  private static final String JSON = "application/json";

  /** A smaller answer does not get smaller. */
  private static final int WORTH_PACKING = 1_000;

  private final LiveTraces traces;
  private final Predicate<String> hosts;
  private final String basePath;
  private final TracesPage page = TracesPage.live();

  /**
   * Answers for the traces that are kept and those that are open.
   *
   * @param open asked at every request, so it must not wait; the same object as long as nothing has
   *     changed saves work
   * @param hosts whether a request with this {@code Host} header is answered, which is empty if it
   *     has none. With DNS rebinding, a page of another site could use its own name for this
   *     address and read the traces: accept known names only, see {@link #isLoopback}
   * @param basePath the path that the page is below, such as {@code /kspan}; empty for none
   */
  public PageEndpoint(
      RecentTraces traces, Supplier<OpenTraces> open, Predicate<String> hosts, String basePath) {
    if (!basePath.isEmpty() && (!basePath.startsWith("/") || basePath.endsWith("/"))) {
      throw new IllegalArgumentException(
          "base path '" + basePath + "' must begin with / and not end with it, such as /kspan");
    }
    this.traces = new LiveTraces(traces, open);
    this.hosts = hosts;
    this.basePath = basePath;
  }

  /** Whether the {@code Host} header is a name of the loopback interface, with any port. */
  public static boolean isLoopback(String host) {
    return LOOPBACK.contains(host.replaceFirst(":\\d*$", ""));
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String host = header(exchange, "Host");
      if (!hosts.test(host)) {
        text(exchange, 403, "Host " + host + " is not answered: use the address of the page.");
      } else if (!exchange.getRequestMethod().equals("GET")) {
        text(exchange, 405, "Only GET is answered here.");
      } else {
        answer(exchange, exchange.getRequestURI().getPath());
      }
    }
  }

  private void answer(HttpExchange exchange, String path) throws IOException {
    if (path.equals(basePath + "/")) {
      page(exchange);
    } else if (path.equals(basePath + "/traces.json")) {
      send(exchange, 200, JSON, traces.update(parameter(exchange, "since")));
    } else if (path.equals(basePath + "/trace.json")) {
      trace(exchange, parameter(exchange, "id"));
    } else if (path.equals(basePath + "/search.json")) {
      send(exchange, 200, JSON, traces.search(parameter(exchange, "q")));
    } else if (path.equals(basePath)) {
      // Without the slash, the addresses that the script asks for would be beside the base path.
      exchange.getResponseHeaders().set("Location", basePath + "/");
      text(exchange, 308, "The traces are at " + basePath + "/");
    } else {
      text(exchange, 404, "There is nothing here; the traces are at " + basePath + "/");
    }
  }

  private void page(HttpExchange exchange) throws IOException {
    StringWriter out = new StringWriter();
    page.write(out, List.of());
    // A header, because a policy in a meta element cannot contain frame-ancestors.
    exchange
        .getResponseHeaders()
        .set("Content-Security-Policy", page.policy() + "; frame-ancestors 'none'");
    send(exchange, 200, "text/html; charset=utf-8", out.toString());
  }

  private void trace(HttpExchange exchange, String id) throws IOException {
    Optional<String> trace = traces.trace(id);
    if (trace.isPresent()) {
      send(exchange, 200, JSON, trace.get());
    } else {
      text(exchange, 404, "Trace '" + id + "' is neither among those kept here nor open.");
    }
  }

  /** The value of a parameter of the query, empty if there is none or it is malformed. */
  private static String parameter(HttpExchange exchange, String name) {
    String query = exchange.getRequestURI().getRawQuery();
    for (String parameter : query == null ? new String[0] : query.split("&")) {
      if (parameter.startsWith(name + "=")) {
        try {
          return URLDecoder.decode(parameter.substring(name.length() + 1), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
          return "";
        }
      }
    }
    return "";
  }

  private static void text(HttpExchange exchange, int status, String text) throws IOException {
    send(exchange, status, "text/plain; charset=utf-8", text);
  }

  private static void send(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.getResponseHeaders().set("Vary", "Accept-Encoding");
    if (body.length >= WORTH_PACKING && acceptsGzip(header(exchange, "Accept-Encoding"))) {
      exchange.getResponseHeaders().set("Content-Encoding", "gzip");
      body = packed(body);
    }
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  /** Whether it names gzip, and not with weight 0. */
  private static boolean acceptsGzip(String accepted) {
    for (String coding : accepted.toLowerCase(Locale.ROOT).split(",")) {
      String plain = coding.replace(" ", "");
      if (plain.equals("gzip") || (plain.startsWith("gzip;") && !plain.matches(".*q=0(\\.0*)?"))) {
        return true;
      }
    }
    return false;
  }

  private static byte[] packed(byte[] body) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(body);
    }
    return packed.toByteArray();
  }

  private static String header(HttpExchange exchange, String name) {
    String value = exchange.getRequestHeaders().getFirst(name);
    return value == null ? "" : value;
  }
}
