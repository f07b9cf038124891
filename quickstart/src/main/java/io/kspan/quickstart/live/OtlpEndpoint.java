package io.kspan.quickstart.live;

import io.kspan.topology.errors.BadInputException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;

/** Turns the URL of a backend into settings of the exporter. Stateless. */
public final class OtlpEndpoint {

  private static final int CONNECT_MILLIS = 3_000;
  private static final int GRPC_PORT = 4317;
  private static final int MAX_PORT = 65_535;
  private static final String TRACES_PATH = "/v1/traces";

  private OtlpEndpoint() {}

  /**
   * Connects to the backend, and returns settings under their OpenTelemetry property names. By
   * convention, the port tells the protocol unless the environment does.
   *
   * @param url null for no backend, which gives no settings
   * @param protocolIsSet whether the environment decides the protocol
   * @throws BadInputException when it is no URL, or refuses connections
   */
  public static Map<String, String> check(String url, boolean protocolIsSet) {
    if (url == null) {
      return Map.of();
    }
    URI uri = parse(url);
    connect(uri);
    return protocolIsSet
        ? Map.of("otel.exporter.otlp.endpoint", uri.toString())
        : settings(uri, port(uri) == GRPC_PORT);
  }

  /** Settings for {@code uri}, whatever the environment says. */
  static Map<String, String> settings(URI uri, boolean grpc) {
    String protocol = grpc ? "grpc" : "http/protobuf";
    return Map.of(
        "otel.exporter.otlp.endpoint",
        uri.toString(),
        "otel.exporter.otlp.protocol",
        protocol,
        // The environment may hold the variables of one signal, which win over the general ones.
        "otel.exporter.otlp.traces.protocol",
        protocol,
        "otel.exporter.otlp.traces.endpoint",
        grpc ? uri.toString() : tracesUrl(uri));
  }

  /** The endpoint of one signal is used as it is with HTTP, so it includes the path. */
  private static String tracesUrl(URI uri) {
    String url = uri.toString().replaceFirst("/+$", "");
    return url.endsWith(TRACES_PATH) ? url : url + TRACES_PATH;
  }

  private static URI parse(String url) {
    try {
      URI uri = new URI(url);
      boolean http = "http".equalsIgnoreCase(uri.getScheme());
      if ((http || "https".equalsIgnoreCase(uri.getScheme())) && uri.getHost() != null) {
        if (uri.getPort() == 0 || uri.getPort() > MAX_PORT) {
          throw new BadInputException(
              "--otlp-endpoint %s: port %d is out of range; give one from 1 to %d"
                  .formatted(url, uri.getPort(), MAX_PORT));
        }
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

  private static void connect(URI uri) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(uri.getHost(), port(uri)), CONNECT_MILLIS);
    } catch (IOException e) {
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new BadInputException(
          "--otlp-endpoint %s cannot be reached at %s port %d (%s); start the backend, or check host and port"
              .formatted(uri, uri.getHost(), port(uri), reason),
          e);
    }
  }

  private static int port(URI uri) {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    return "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
  }
}
