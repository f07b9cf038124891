package io.kspan.quickstart.receiver;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.kspan.topology.waterfall.ReceivedTrace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What a browser sees: the list of traces, one trace, and the same as JSON. Thread-safe. */
final class PageEndpoint implements HttpHandler {
  private static final String HTML = "text/html; charset=utf-8";
  private static final String JSON = "application/json";
  private static final String TRACE_PATH = "/traces/";

  private final TraceBook book;
  private final ObjectMapper json = new ObjectMapper();

  PageEndpoint(TraceBook book) {
    this.book = book;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      if (!exchange.getRequestMethod().equals("GET")) {
        html(exchange, 405, TracePage.message("Only GET is answered here."));
      } else if (path.equals("/")) {
        html(exchange, 200, TracePage.list(book.newestFirst()));
      } else if (path.equals("/api/traces")) {
        Responses.send(exchange, 200, JSON, json.writeValueAsBytes(book.newestFirst()));
      } else if (path.startsWith(TRACE_PATH)) {
        trace(exchange, path.substring(TRACE_PATH.length()));
      } else {
        html(exchange, 404, TracePage.message("There is nothing here."));
      }
    }
  }

  private void trace(HttpExchange exchange, String traceId) throws IOException {
    Optional<ReceivedTrace> trace = book.find(traceId);
    if (trace.isPresent()) {
      html(exchange, 200, TracePage.trace(trace.get()));
    } else {
      html(exchange, 404, TracePage.message("This trace is not kept (any more)."));
    }
  }

  private static void html(HttpExchange exchange, int status, String page) throws IOException {
    // Names and messages come from a cluster: escaped below, and without scripts in any case.
    exchange
        .getResponseHeaders()
        .set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
    Responses.send(exchange, status, HTML, page.getBytes(StandardCharsets.UTF_8));
  }
}
