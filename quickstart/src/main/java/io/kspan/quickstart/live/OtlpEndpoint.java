package io.kspan.quickstart.live;

import io.kspan.quickstart.BadInputException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A backend that the user named.
 *
 * <p>Immutable.
 */
public final class OtlpEndpoint {

  private static final int CONNECT_MILLIS = 3_000;
  private static final int GRPC_PORT = 4317;

  private final URI uri;

  private OtlpEndpoint(URI uri) {
    this.uri = uri;
  }

  /**
   * Reads {@code url} and makes sure that somebody listens there.
   *
   * @throws BadInputException when it is no URL, or nobody does
   */
  public static OtlpEndpoint check(String url) {
    OtlpEndpoint endpoint = new OtlpEndpoint(parse(url));
    endpoint.connect();
    return endpoint;
  }

  private static URI parse(String url) {
    try {
      URI uri = new URI(url);
      String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
      if ((scheme.equals("http") || scheme.equals("https")) && uri.getHost() != null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      throw notAnEndpoint(url);
    }
    throw notAnEndpoint(url);
  }

  private static BadInputException notAnEndpoint(String url) {
    return new BadInputException(
        "--otlp-endpoint %s is no URL; give one such as http://localhost:4318".formatted(url));
  }

  private void connect() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(uri.getHost(), port()), CONNECT_MILLIS);
    } catch (IOException e) {
      throw new BadInputException(
          "--otlp-endpoint %s cannot be reached at %s port %d (%s); start the backend, or check host and port"
              .formatted(uri, uri.getHost(), port(), reason(e)),
          e);
    }
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private int port() {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    return "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
  }

  /**
   * Settings of the exporter under their OpenTelemetry property names. The protocol follows from
   * the port, by convention, unless the environment decides it.
   */
  public Map<String, String> settings(boolean protocolIsSet) {
    Map<String, String> settings = new HashMap<>();
    settings.put("otel.exporter.otlp.endpoint", uri.toString());
    if (!protocolIsSet) {
      settings.put("otel.exporter.otlp.protocol", port() == GRPC_PORT ? "grpc" : "http/protobuf");
    }
    return settings;
  }

  @Override
  public String toString() {
    return uri.toString();
  }
}
