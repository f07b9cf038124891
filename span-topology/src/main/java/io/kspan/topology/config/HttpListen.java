package io.kspan.topology.config;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** Where probes and scrapes are answered: a setting of every command that runs. Stateless. */
public final class HttpListen {
  public static final String CONFIG = "http.listen";
  public static final String DOC =
      "Address and port for /livez, /readyz and /metrics, such as 0.0.0.0:8080; empty for none.";
  public static final ConfigDef.Validator VALID =
      ConfigDef.LambdaValidator.with(
          (key, value) -> parse((String) value), () -> "host:port, or empty");

  // An IPv6 address is in brackets, so that its colons are not taken for the port's.
  private static final Pattern HOST_AND_PORT =
      Pattern.compile("(?<host>[^:\\[\\]\\s]+|\\[[0-9a-fA-F:.%]+\\]):(?<port>\\d{1,5})");
  private static final int MAX_PORT = 65_535;

  private HttpListen() {}

  /** The address; empty for none. A {@link ConfigException} names the value and what is allowed. */
  public static Optional<InetSocketAddress> parse(String value) {
    if (value.isEmpty()) {
      return Optional.empty();
    }
    Matcher parts = HOST_AND_PORT.matcher(value);
    if (!parts.matches() || Integer.parseInt(parts.group("port")) > MAX_PORT) {
      throw new ConfigException(
          CONFIG, value, "must be host:port, such as 0.0.0.0:8080, or empty for no endpoint");
    }
    InetSocketAddress address =
        new InetSocketAddress(parts.group("host"), Integer.parseInt(parts.group("port")));
    if (address.isUnresolved()) {
      throw new ConfigException(CONFIG, value, "no such host; 0.0.0.0 listens on all addresses");
    }
    return Optional.of(address);
  }
}
