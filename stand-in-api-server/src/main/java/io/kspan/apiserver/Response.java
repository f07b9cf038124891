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

  /** A text that is no JSON: what a server answers below a group that it does not have. */
  static Response pageNotFound() {
    return exchange -> send(exchange, 404, "text/plain; charset=utf-8", "404 page not found\n");
  }

  /** A status that is not a success, and why. */
  static Response status(int code, String message) {
    return exchange -> send(exchange, code, failure(code, message).toString());
  }

  /** There is no such object. */
  static Response noObject(String plural, String name) {
    ObjectNode failure = failure(404, "%s \"%s\" not found".formatted(plural, name));
    failure.withObject("/details").put("name", name).put("kind", plural);
    return exchange -> send(exchange, 404, failure.toString());
  }

  /** The object of kind Status with which the API says that something failed. */
  static ObjectNode failure(int code, String message) {
    ObjectNode status =
        JsonNodeFactory.instance.objectNode().put("kind", "Status").put("apiVersion", "v1");
    status.putObject("metadata");
    status.put("status", "Failure").put("message", message);
    String reason = reason(code);
    if (!reason.isEmpty()) {
      status.put("reason", reason);
    }
    if (code == 404) {
      status.putObject("details");
    }
    return status.put("code", code);
  }

  private static String reason(int code) {
    return switch (code) {
      case 400 -> "BadRequest";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "NotFound";
      case 405 -> "MethodNotAllowed";
      case 410 -> "Expired";
      case 429 -> "TooManyRequests";
      case 503 -> "ServiceUnavailable";
      default -> "";
    };
  }

  private static void send(HttpExchange exchange, int code, String text) throws IOException {
    send(exchange, code, "application/json", text);
  }

  private static void send(HttpExchange exchange, int code, String type, String text)
      throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(code, 0);
    exchange.getResponseBody().write(body);
    exchange.getResponseBody().close();
  }
}
