package io.kspan.quickstart.apiserver;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The parameters of a request. Immutable. */
final class Query {

  private final Map<String, String> values = new HashMap<>();

  Query(URI uri) {
    String raw = uri.getRawQuery();
    if (raw == null) {
      return;
    }
    for (String pair : raw.split("&")) {
      int equals = pair.indexOf('=');
      String key = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      values.put(decode(key), decode(value));
    }
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  String get(String key) {
    return values.getOrDefault(key, "");
  }

  boolean is(String key) {
    String value = get(key);
    return value.equals("true") || value.equals("1");
  }

  long number(String key, long otherwise) {
    String value = get(key);
    return value.matches("\\d{1,18}") ? Long.parseLong(value) : otherwise;
  }
}
