package io.kspan.deploy.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A project of the real {@code docker compose} with the repository's docker-compose.yml, or with
 * the files that COMPOSE_FILE names. Commands run in the root of the repository, and a command that
 * fails becomes an {@link AssertionError} with all that it printed. For one thread.
 */
final class ComposeProject implements AutoCloseable {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Duration BUILD = Duration.ofMinutes(30);
  private static final Duration COMMAND = Duration.ofMinutes(2);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String name;
  private final Map<String, String> environment;

  /** Starts nothing. */
  ComposeProject(String name, Map<String, String> environment) {
    this.name = name;
    this.environment = Map.copyOf(environment);
  }

  /** Fails, with the remedy, where no engine answers or Compose is missing or too old. */
  static void requireEngine() {
    String address = System.getenv().getOrDefault("DOCKER_HOST", "not set");
    docker(
        COMMAND,
        "no container engine answers (DOCKER_HOST is %s): start one, or set DOCKER_HOST"
            .formatted(address),
        "version");
    String version =
        docker(
            COMMAND,
            "Docker Compose is missing: install its plugin, 2.20 or newer",
            "compose",
            "version",
            "--short");
    String[] parts = version.strip().replaceFirst("^v", "").split("\\.");
    if (Integer.parseInt(parts[0]) * 1000 + Integer.parseInt(parts[1]) < 2020) {
      throw new AssertionError("Docker Compose is " + version.strip() + ", but 2.20 is needed");
    }
  }

  /** Builds both images under the names that docker-compose.yml gives them. */
  static void build() {
    docker(BUILD, "the images cannot be built", "compose", "build");
  }

  /**
   * Builds an image that is not in docker-compose.yml. BUILD_NETWORK and MAVEN_SETTINGS mean what
   * they mean to stand-ins.sh.
   */
  static void build(String target, String name) {
    List<String> arguments =
        new ArrayList<>(List.of("build", "--file", "deploy/images/Dockerfile", "--target", target));
    String network = System.getenv("BUILD_NETWORK");
    if (network != null) {
      arguments.addAll(List.of("--network", network));
    }
    String settings = System.getenv("MAVEN_SETTINGS");
    if (settings != null) {
      arguments.addAll(List.of("--secret", "id=maven-settings,src=" + settings));
    }
    arguments.addAll(List.of("--tag", name, "."));
    docker(BUILD, "the image cannot be built", arguments.toArray(String[]::new));
  }

  /** Runs a command of Compose and returns what it printed to both streams. */
  String compose(Duration limit, String... arguments) {
    List<String> command = new ArrayList<>(List.of("docker", "compose", "--project-name", name));
    command.addAll(List.of(arguments));
    return checked(run(limit, environment, command), "docker compose failed", command);
  }

  /** The file as Compose understands it. */
  JsonNode config() {
    List<String> command =
        List.of("docker", "compose", "--project-name", name, "config", "--format", "json");
    return parse(checked(run(COMMAND, environment, command), "the file is refused", command));
  }

  /** Runs a script in the shell of a service's container. */
  String shell(String service, String script) {
    return compose(COMMAND, "exec", "-T", service, "sh", "-c", script);
  }

  /** The same, as root, for what must not be possible: returns what it printed, however it ends. */
  String shellAsRoot(String service, String script) {
    List<String> command =
        List.of("docker", "compose", "--project-name", name, "exec", "-T", "--user", "0", service);
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of("sh", "-c", script));
    return run(COMMAND, environment, all).output();
  }

  /** The container of a service, running or not, as {@code docker inspect} shows it. */
  JsonNode inspect(String service) {
    String id = compose(COMMAND, "ps", "--all", "--quiet", service).strip();
    if (id.isEmpty()) {
      throw new AssertionError("service " + service + " has no container");
    }
    return parse(docker(COMMAND, "no such container", "inspect", id)).get(0);
  }

  /** {@code healthy}, {@code unhealthy}, {@code starting}, or the state of one that is not up. */
  String health(String service) {
    JsonNode state = inspect(service).path("State");
    return state.path("Running").asBoolean()
        ? state.at("/Health/Status").asText()
        : state.path("Status").asText();
  }

  String logs(String service) {
    return compose(COMMAND, "logs", "--no-color", "--tail", "60", service);
  }

  /** The address of this machine that containers of every bridge network reach. */
  static String gateway() {
    String networks =
        docker(COMMAND, "there is no network named bridge", "network", "inspect", "bridge");
    JsonNode addresses = parse(networks).at("/0/IPAM/Config/0");
    // An engine that has just made the network does not name it; it is the first address.
    return addresses
        .path("Gateway")
        .asText(addresses.path("Subnet").asText().replaceFirst("\\d+/\\d+$", "1"));
  }

  /** Removes containers, networks and volumes. */
  @Override
  public void close() {
    compose(Duration.ofMinutes(5), "down", "--volumes", "--remove-orphans");
  }

  private static String docker(Duration limit, String otherwise, String... arguments) {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(arguments));
    return checked(run(limit, Map.of(), command), otherwise, command);
  }

  private static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Ended(int code, String output) {}

  private static String checked(Ended ended, String otherwise, List<String> command) {
    if (ended.code() != 0) {
      throw new AssertionError(
          "%s: %s ended with %d%n%s"
              .formatted(otherwise, String.join(" ", command), ended.code(), ended.output()));
    }
    return ended.output();
  }

  private static Ended run(Duration limit, Map<String, String> environment, List<String> command) {
    try {
      Path output = Files.createTempFile("docker", ".txt");
      try {
        ProcessBuilder builder =
            new ProcessBuilder(command)
                .directory(ROOT.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("DOCKER_BUILDKIT", "1");
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new AssertionError(
              "still running after %s: %s%n%s"
                  .formatted(limit, String.join(" ", command), Files.readString(output)));
        }
        return new Ended(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
      } finally {
        Files.delete(output);
      }
    } catch (IOException e) {
      return new Ended(127, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted: " + String.join(" ", command), e);
    }
  }
}
