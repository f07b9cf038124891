package io.kspan.quickstart.receiver;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;

/** Sends one whole answer. */
final class Responses {

  /** For an answer without body; 0 would mean chunked. */
  private static final int NO_BODY = -1;

  private Responses() {}

  static void send(HttpExchange exchange, int status, String contentType, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", contentType);
    exchange.sendResponseHeaders(status, body.length == 0 ? NO_BODY : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }
}
