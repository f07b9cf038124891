package io.kspan.quickstart.receiver;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.kspan.topology.waterfall.page.TracesPage;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** What a browser sees: the page, and the traces that it asks for. Thread-safe. */
final class PageEndpoint implements HttpHandler {
  private static final String HTML = "text/html; charset=utf-8";
  private static final String JSON = "application/json";
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String SINCE = "since=";

  /** The names of the loopback interface. */
  private static final Set<String> LOCAL = Set.of("127.0.0.1", "localhost", "[::1]");

  private final TraceBook book;
  private final TracesPage page = TracesPage.live();

  /** Tells the revisions of this book from those of a receiver that had the port before. */
  private final String run = UUID.randomUUID() + "-";

  PageEndpoint(TraceBook book) {
    this.book = book;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      if (!isAskedByName(exchange)) {
        text(exchange, 403, "Ask for http://127.0.0.1:" + port(exchange));
      } else if (!exchange.getRequestMethod().equals("GET")) {
        text(exchange, 405, "Only GET is answered here.");
      } else if (path.equals("/")) {
        page(exchange);
      } else if (path.equals("/traces.json")) {
        news(exchange);
      } else {
        text(exchange, 404, "There is nothing here; the traces are at /");
      }
    }
  }

  /**
   * A name that somebody else lets point here (DNS rebinding) would let pages of others read what
   * is in the cluster.
   */
  private static boolean isAskedByName(HttpExchange exchange) {
    String host = exchange.getRequestHeaders().getFirst("Host");
    return host != null && LOCAL.contains(host.replaceFirst(":\\d*$", ""));
  }

  private static int port(HttpExchange exchange) {
    InetSocketAddress address = exchange.getLocalAddress();
    return address.getPort();
  }

  private void page(HttpExchange exchange) throws IOException {
    StringWriter out = new StringWriter();
    page.write(out, List.of());
    // What a document cannot say of itself: a policy in a meta element has no frame-ancestors.
    exchange
        .getResponseHeaders()
        .set("Content-Security-Policy", page.policy() + "; frame-ancestors 'none'");
    send(exchange, 200, HTML, out.toString());
  }

  private void news(HttpExchange exchange) throws IOException {
    TraceBook.News news = book.since(revision(exchange.getRequestURI()));
    StringWriter out = new StringWriter();
    TracesPage.writeNews(out, run + news.revision(), news.kept(), news.traces());
    send(exchange, 200, JSON, out.toString());
  }

  /** What the page was told last; everything is news to a page that this receiver does not know. */
  private long revision(URI uri) {
    String query = uri.getQuery() == null ? "" : uri.getQuery();
    String known = SINCE + run;
    return query.startsWith(known) && query.substring(known.length()).matches("\\d{1,18}")
        ? Long.parseLong(query.substring(known.length()))
        : 0;
  }

  private static void text(HttpExchange exchange, int status, String text) throws IOException {
    send(exchange, status, TEXT, text);
  }

  private static void send(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    Responses.send(exchange, status, type, body.getBytes(StandardCharsets.UTF_8));
  }
}
