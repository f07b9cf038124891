package io.kspan.quickstart.live;

import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.internal.KubeConfigUtils;
import io.kspan.connect.record.ResourceId;
import io.kspan.connect.record.WatchScope;
import io.kspan.connect.watch.AccessCheck;
import io.kspan.connect.watch.ApiClient;
import io.kspan.connect.watch.RequiredRights;
import io.kspan.quickstart.process.Resources;
import io.kspan.topology.errors.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A kubeconfig with which the API server has answered. It is checked before the pipeline starts,
 * because the connector would only retry and log the reason. Immutable.
 *
 * @param context never empty
 */
public record Kubeconfig(Path file, String context) {

  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Pattern LOOPBACK =
      Pattern.compile("^https?://(?:127\\.|localhost[:/]|\\[::1])");

  /**
   * Reads {@code file} and asks the API server of the context for an Event.
   *
   * @param context null for the current one
   * @param container whether this process runs in a container, which some remedies depend on
   * @throws BadInputException naming the problem
   */
  public static Kubeconfig check(Path file, String context, boolean container) {
    if (container && Files.isRegularFile(file) && !Files.isReadable(file)) {
      throw unusable(file, "cannot be read; add --user \"$(id -u)\" to docker run", null);
    }
    Kubeconfig checked = new Kubeconfig(file.toAbsolutePath(), context(file, context));
    checked.connect(container);
    return checked;
  }

  private static String context(Path file, String option) {
    io.fabric8.kubernetes.api.model.Config config = parse(file);
    List<String> names = config.getContexts().stream().map(NamedContext::getName).toList();
    if (names.isEmpty()) {
      throw unusable(file, "has no contexts; name a kubeconfig as kubectl writes it", null);
    }
    String context = option == null ? config.getCurrentContext() : option;
    if (context == null || context.isEmpty()) {
      throw unusable(
          file,
          "has no current context; choose one with --context: " + String.join(", ", names),
          null);
    }
    if (!names.contains(context)) {
      throw new BadInputException(
          "context %s is not in kubeconfig %s; it has: %s"
              .formatted(context, file, String.join(", ", names)));
    }
    return context;
  }

  private static io.fabric8.kubernetes.api.model.Config parse(Path file) {
    String notAKubeconfig = "is no kubeconfig; name one in YAML or JSON";
    try {
      io.fabric8.kubernetes.api.model.Config config =
          KubeConfigUtils.parseConfigFromString(read(file));
      if (config != null && config.getContexts() != null) {
        return config;
      }
    } catch (BadInputException e) {
      throw e;
    } catch (RuntimeException e) {
      throw unusable(file, notAKubeconfig, e);
    }
    throw unusable(file, notAKubeconfig, null);
  }

  private static String read(Path file) {
    if (!Files.exists(file)) {
      throw unusable(file, "does not exist; check the path", null);
    }
    if (Files.isDirectory(file)) {
      throw unusable(
          file, "is a directory; name the file, such as " + file.resolve("config"), null);
    }
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw unusable(file, "cannot be read; name a file that you may read", null);
    }
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw unusable(file, "is no text; name a kubeconfig in YAML or JSON", e);
    }
  }

  private static BadInputException unusable(Path file, String problem, Exception cause) {
    return new BadInputException("kubeconfig " + file + " " + problem, cause);
  }

  /** Lists one Event, with the connector's own check. */
  private void connect(boolean container) {
    ResourceId events = ResourceId.parse("v1/events");
    try {
      Config config = Config.fromKubeconfig(context, file.toFile());
      config.setRequestRetryBackoffLimit(0);
      // As the connector. Over HTTP/2 the server drops who is not authenticated before it answers.
      config.setHttp2Disable(true);
      String server = config.getMasterUrl();
      AccessCheck.check(
              () -> new ApiClient(config, TIMEOUT, 1),
              List.of(new WatchScope(events, "")),
              new RequiredRights(List.of(events), List.of(), List.of(), false),
              TIMEOUT)
          .stream()
          .findFirst()
          .ifPresent(problem -> refuse(server, problem, container));
    } catch (KubernetesClientException | IllegalArgumentException e) {
      throw unusable(file, "cannot be used; check its context " + context, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Resources.StoppedException();
    }
  }

  private void refuse(String server, AccessCheck.Problem problem, boolean container) {
    String reason = problem.message();
    if (reason.contains("HTTP 404")) {
      reason = "it does not answer as a Kubernetes API server does; check the server's URL";
    } else if (problem.area() == AccessCheck.Area.RESOURCES) {
      reason += ", and the same for the other kinds";
    }
    if (container && LOOPBACK.matcher(server).find()) {
      reason +=
          "; this address is the container's own: add --network host to docker run, and --receiver-address 127.0.0.1 behind the name of the image";
    }
    throw new BadInputException(
        "the API server %s of context %s in the kubeconfig %s cannot be used: %s"
            .formatted(server, context, file, reason));
  }
}
