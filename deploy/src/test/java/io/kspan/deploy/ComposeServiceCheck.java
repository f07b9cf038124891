package io.kspan.deploy;

import static io.kspan.deploy.Repository.textMap;
import static io.kspan.deploy.Repository.texts;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.network.SocketServerConfigs;
import org.apache.kafka.server.config.AbstractKafkaConfig;

/** Whether what is in a service's environment is read, and the ports are those that are served. */
final class ComposeServiceCheck {
  private static final String WORKER = "deploy/images/connect-distributed.properties";

  /** Of Kafka's start scripts and image; every other KAFKA_ name is a setting of the broker. */
  private static final Set<String> KAFKA_SCRIPTS = Set.of("CLUSTER_ID", "KAFKA_HEAP_OPTS");

  private static final Set<String> K3S =
      Set.of("K3S_KUBECONFIG_OUTPUT", "K3S_KUBECONFIG_MODE", "KUBECONFIG");

  /** The default ports of Jaeger: UI, OTLP over gRPC and HTTP, health. */
  private static final Set<String> JAEGER_PORTS = Set.of("16686", "4317", "4318", "13133");

  private static final Pattern ADDRESS = Pattern.compile("\\b([a-z][a-z0-9-]*):([0-9]{2,5})\\b");
  private static final Pattern PORT = Pattern.compile(":([0-9]+)(?![0-9.])");

  private final JsonNode services;
  private final String name;
  private final JsonNode service;
  private final Map<String, String> environment;
  private final Consumer<String> reports;

  ComposeServiceCheck(JsonNode services, String name, JsonNode service, Consumer<String> reports) {
    this.services = services;
    this.name = name;
    this.service = service;
    this.reports = reports;
    environment = textMap(service.path("environment"));
  }

  void run() {
    if (isTopology(service)) {
      program();
    } else {
      Set<String> read = read();
      for (String variable : new TreeSet<>(environment.keySet())) {
        require(read.contains(variable), variable + " is read by no program");
      }
    }
    if (name.equals("connect")) {
      environmentOfWorker();
    }
    environment.values().forEach(this::addresses);
    Set<String> served = ports(service);
    for (String port : texts(service.path("ports"))) {
      String inside = port.substring(port.lastIndexOf(':') + 1);
      require(served.contains(inside), "publishes port " + inside + ", but serves " + served);
    }
    List<String> check = texts(service.at("/healthcheck/test"));
    if (check.contains("http-ok")) {
      require(served.contains(check.get(2)), "is asked for its health on " + check.get(2));
      require(
          Set.of("/livez", "/readyz", "/health").contains(check.get(3)),
          "is asked for its health at " + check.get(3));
    }
  }

  private void program() {
    ProgramSettings settings =
        new ProgramSettings(texts(service.path("command")).get(0), Map.of(), environment, Map.of());
    settings.problems().forEach(reports);
    Duration grace = Duration.parse("PT" + service.path("stop_grace_period").asText("10s"));
    require(
        grace.compareTo(settings.longestStop()) > 0,
        "is killed after " + grace + "; stopping may take " + settings.longestStop());
    String state = settings.get("kafka.state.dir");
    boolean kept =
        texts(service.path("volumes")).stream().anyMatch(mount -> mount.endsWith(":" + state));
    require(state.isEmpty() || kept, "kafka.state.dir " + state + " is on no volume");
  }

  /** Names of variables that the service's programs read. */
  private Set<String> read() {
    String image = service.path("image").asText();
    Set<String> names = new HashSet<>();
    if (image.startsWith("rancher/k3s:")) {
      names.addAll(K3S);
    }
    if (image.startsWith("apache/kafka:")) {
      names.addAll(KAFKA_SCRIPTS);
      if (!service.has("command")) {
        brokerSettings(names);
      }
    }
    if (image.startsWith("kspan/connect:")) {
      names.addAll(variables(Repository.text(WORKER), "\\$\\{env:([A-Z_]+)}"));
    }
    for (String mount : texts(service.path("volumes"))) {
      if (mount.startsWith("./") && Files.exists(Repository.file(mount.split(":")[0]))) {
        scripts(mount.split(":")[0])
            .forEach(script -> names.addAll(variables(script, "\\$\\{?([A-Z][A-Z_]+)")));
      }
    }
    return names;
  }

  /** As the image translates them: KAFKA_LOG_DIRS is log.dirs. */
  private static void brokerSettings(Set<String> names) {
    Set<String> settings = new HashSet<>(AbstractKafkaConfig.CONFIG_DEF.names());
    settings.add(SocketServerConfigs.LISTENERS_CONFIG);
    for (String setting : settings) {
      names.add("KAFKA_" + setting.toUpperCase(Locale.ROOT).replace('.', '_'));
    }
  }

  private List<String> scripts(String source) {
    if (source.endsWith(".sh")) {
      return List.of(Repository.text(source));
    }
    return texts(service.path("command")).stream()
        .filter(word -> word.endsWith(".sh"))
        .map(word -> Repository.text(source + word.substring(word.lastIndexOf('/'))))
        // A script may hand over to register.sh.
        .flatMap(
            script ->
                script.contains("register.sh ")
                    ? List.of(script, Repository.text(source + "/register.sh")).stream()
                    : List.of(script).stream())
        .toList();
  }

  private void environmentOfWorker() {
    for (String variable : variables(Repository.text(WORKER), "\\$\\{env:([A-Z_]+)}")) {
      require(environment.containsKey(variable), variable + " is not set");
    }
  }

  private void addresses(String value) {
    Matcher address = ADDRESS.matcher(value);
    while (address.find()) {
      JsonNode target = services.path(address.group(1));
      require(!target.isMissingNode(), "speaks to " + address.group() + ", no such service");
      require(
          target.isMissingNode() || ports(target).contains(address.group(2)),
          "speaks to " + address.group() + ", which serves " + ports(target));
    }
  }

  private static Set<String> ports(JsonNode service) {
    Map<String, String> environment = textMap(service.path("environment"));
    String image = service.path("image").asText();
    if (image.startsWith("jaegertracing/jaeger:")) {
      return JAEGER_PORTS;
    }
    if (image.startsWith("kspan/connect:")) {
      return matches(Repository.properties(Repository.text(WORKER)).get("listeners"), PORT);
    }
    if (isTopology(service)) {
      return matches(environment.getOrDefault("KSPAN_HTTP_LISTEN", ""), PORT);
    }
    return matches(environment.getOrDefault("KAFKA_LISTENERS", ""), PORT);
  }

  private static boolean isTopology(JsonNode service) {
    return service.path("image").asText().startsWith("kspan/span-topology:");
  }

  private static Set<String> variables(String text, String pattern) {
    return matches(text, Pattern.compile(pattern));
  }

  private static Set<String> matches(String text, Pattern pattern) {
    Set<String> found = new TreeSet<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      reports.accept(otherwise);
    }
  }
}
