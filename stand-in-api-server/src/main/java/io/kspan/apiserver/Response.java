package io.kspan.apiserver;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Answers a request. */
@FunctionalInterface
public interface Response {
  void answer(HttpExchange exchange) throws IOException;

  /** A text as an ordinary body, which ends cleanly. */
  static Response body(String text) {
    return exchange -> send(exchange, 200, text);
  }

  /** A status that is not a success, and why. */
  static Response status(int code, String message) {
    return exchange -> send(exchange, code, failure(code, message).toString());
  }

  /** The object of kind Status with which the API says that something failed. */
  static ObjectNode failure(int code, String message) {
    String reason =
        switch (code) {
          case 404 -> "NotFound";
          case 405 -> "MethodNotAllowed";
          case 410 -> "Expired";
          default -> "";
        };
    return JsonNodeFactory.instance
        .objectNode()
        .put("kind", "Status")
        .put("apiVersion", "v1")
        .put("status", "Failure")
        .put("message", message)
        .put("reason", reason)
        .put("code", code);
  }

  private static void send(HttpExchange exchange, int code, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(code, 0);
    exchange.getResponseBody().write(body);
    exchange.getResponseBody().close();
  }
}
