package io.kspan.apiserver;

import com.sun.net.httpserver.HttpExchange;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * A request of a client.
 *
 * @param path as sent, below {@code /api} or {@code /apis}
 * @param authorization null without the header
 */
public record Request(String method, String path, Map<String, String> query, String authorization) {

  static Request of(HttpExchange exchange) {
    Map<String, String> query = new HashMap<>();
    String raw = exchange.getRequestURI().getRawQuery();
    for (String pair : raw == null ? new String[0] : raw.split("&")) {
      int equals = pair.indexOf('=');
      query.put(
          decode(equals < 0 ? pair : pair.substring(0, equals)),
          equals < 0 ? "" : decode(pair.substring(equals + 1)));
    }
    return new Request(
        exchange.getRequestMethod(),
        exchange.getRequestURI().getPath().replaceFirst("/+$", ""),
        query,
        exchange.getRequestHeaders().getFirst("Authorization"));
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  public boolean isWatch() {
    return flag("watch");
  }

  public boolean isList() {
    return !isWatch() && (segments() == 1 || segments() == 3);
  }

  /** Of one object by its name, such as the namespace that identifies the cluster. */
  public boolean isGet() {
    return !isWatch() && (segments() == 2 || segments() == 4);
  }

  /** Behind group and version. */
  private int segments() {
    return path.split("/").length - (path.startsWith("/api/") ? 3 : 4);
  }

  boolean flag(String key) {
    return query.getOrDefault(key, "").matches("true|1");
  }

  long number(String key, long otherwise) {
    String value = query.getOrDefault(key, "");
    return value.matches("\\d{1,18}") ? Long.parseLong(value) : otherwise;
  }
}
