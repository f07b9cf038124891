package io.kspan.quickstart.receiver;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.kspan.topology.waterfall.page.TracesPage;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** The web page, and the traces that its script asks for. Thread-safe. */
final class PageEndpoint implements HttpHandler {
  private static final String SINCE = "since=";

  /** The names of the loopback interface. */
  private static final Set<String> LOCAL = Set.of("127.0.0.1", "localhost", "[::1]");

  private final RecentTraces traces;
  private final TracesPage page = TracesPage.live();

  /** Distinguishes the revisions of this receiver from those of an earlier one on the same port. */
  private final String run = UUID.randomUUID() + "-";

  PageEndpoint(RecentTraces traces) {
    this.traces = traces;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      if (!isLocalName(exchange.getRequestHeaders().getFirst("Host"))) {
        text(exchange, 403, "Ask for http://127.0.0.1:" + exchange.getLocalAddress().getPort());
      } else if (!exchange.getRequestMethod().equals("GET")) {
        text(exchange, 405, "Only GET is answered here.");
      } else if (path.equals("/")) {
        page(exchange);
      } else if (path.equals("/traces.json")) {
        update(exchange);
      } else {
        text(exchange, 404, "There is nothing here; the traces are at /");
      }
    }
  }

  /**
   * With DNS rebinding, a page of another site could use its own name for this address and read the
   * traces.
   */
  private static boolean isLocalName(String host) {
    return host != null && LOCAL.contains(host.replaceFirst(":\\d*$", ""));
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

  private void update(HttpExchange exchange) throws IOException {
    RecentTraces.Update update = traces.since(revision(exchange.getRequestURI()));
    StringWriter out = new StringWriter();
    TracesPage.writeUpdate(out, run + update.revision(), update.kept(), update.traces());
    send(exchange, 200, "application/json", out.toString());
  }

  /** The revision that the page has; 0 if it is not one of this receiver. */
  private long revision(URI uri) {
    String query = uri.getQuery() == null ? "" : uri.getQuery();
    String own = SINCE + run;
    return query.startsWith(own) && query.substring(own.length()).matches("\\d{1,18}")
        ? Long.parseLong(query.substring(own.length()))
        : 0;
  }

  private static void text(HttpExchange exchange, int status, String text) throws IOException {
    send(exchange, status, "text/plain; charset=utf-8", text);
  }

  private static void send(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    OtlpReceiver.send(exchange, status, type, body.getBytes(StandardCharsets.UTF_8));
  }
}
