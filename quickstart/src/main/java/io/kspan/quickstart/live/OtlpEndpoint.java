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
  private static final int MAX_PORT = 65_535;

  private static final String TRACES_PATH = "/v1/traces";

  private final URI uri;
  private final boolean embedded;

  private OtlpEndpoint(URI uri, boolean embedded) {
    this.uri = uri;
    this.embedded = embedded;
  }

  /** The receiver of this process, which takes HTTP on any port. */
  static OtlpEndpoint embedded(URI address) {
    return new OtlpEndpoint(address, true);
  }

  /**
   * Reads {@code url} and makes sure that somebody listens there.
   *
   * @throws BadInputException when it is no URL, or nobody does
   */
  public static OtlpEndpoint check(String url) {
    OtlpEndpoint endpoint = new OtlpEndpoint(parse(url), false);
    endpoint.connect();
    return endpoint;
  }

  private static URI parse(String url) {
    try {
      URI uri = new URI(url);
      String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
      if ((scheme.equals("http") || scheme.equals("https")) && uri.getHost() != null) {
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
    boolean grpc = port() == GRPC_PORT && !embedded;
    settings.put("otel.exporter.otlp.endpoint", uri.toString());
    if (embedded || !protocolIsSet) {
      settings.put("otel.exporter.otlp.protocol", grpc ? "grpc" : "http/protobuf");
      // The variables of one signal win over the general ones, but not over what was asked for
      // here.
      settings.put("otel.exporter.otlp.traces.protocol", grpc ? "grpc" : "http/protobuf");
      settings.put("otel.exporter.otlp.traces.endpoint", grpc ? uri.toString() : tracesUrl());
    }
    return settings;
  }

  /** For one signal, HTTP takes the URL as it is. */
  private String tracesUrl() {
    String url = uri.toString().replaceFirst("/+$", "");
    return url.endsWith(TRACES_PATH) ? url : url + TRACES_PATH;
  }

  @Override
  public String toString() {
    return uri.toString();
  }
}
