package io.kspan.quickstart.live;

import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.internal.KubeConfigUtils;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.kspan.quickstart.BadInputException;
import io.kspan.quickstart.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * A kubeconfig that the user named, found good before anything is started: a connector would only
 * retry, and say why in its log.
 *
 * <p>Immutable.
 *
 * @param context never empty
 */
public record Kubeconfig(Path file, String context) {

  private static final int TIMEOUT_MILLIS = 5_000;

  /**
   * Reads {@code file} and asks the API server of the context for its version and an Event.
   *
   * @param context null for the current one
   * @throws BadInputException naming what is wrong
   */
  public static Kubeconfig check(Path file, String context) {
    String text = read(file);
    Kubeconfig checked = new Kubeconfig(file.toAbsolutePath(), context(file, text, context));
    checked.connect();
    return checked;
  }

  private static String read(Path file) {
    if (!Files.exists(file)) {
      throw new BadInputException("kubeconfig " + file + " does not exist; check the path");
    }
    if (Files.isDirectory(file)) {
      throw new BadInputException(
          "kubeconfig "
              + file
              + " is a directory; name the file, such as "
              + file.resolve("config"));
    }
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new BadInputException(
          "kubeconfig " + file + " cannot be read; name a file that you may read");
    }
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new BadInputException(
          "kubeconfig " + file + " is no text; name a kubeconfig in YAML or JSON", e);
    }
  }

  private static String context(Path file, String text, String wanted) {
    io.fabric8.kubernetes.api.model.Config config = parse(file, text);
    List<String> known = config.getContexts().stream().map(NamedContext::getName).toList();
    if (known.isEmpty()) {
      throw new BadInputException(
          "kubeconfig " + file + " has no contexts; name a kubeconfig as kubectl writes it");
    }
    String context = wanted == null ? config.getCurrentContext() : wanted;
    if (context == null || context.isEmpty()) {
      throw new BadInputException(
          "kubeconfig %s has no current context; choose one with --context: %s"
              .formatted(file, String.join(", ", known)));
    }
    if (!known.contains(context)) {
      throw new BadInputException(
          "context %s is not in kubeconfig %s; it has: %s"
              .formatted(context, file, String.join(", ", known)));
    }
    return context;
  }

  private static io.fabric8.kubernetes.api.model.Config parse(Path file, String text) {
    try {
      io.fabric8.kubernetes.api.model.Config config = KubeConfigUtils.parseConfigFromString(text);
      if (config != null && config.getContexts() != null) {
        return config;
      }
    } catch (RuntimeException e) {
      throw new BadInputException(
          "kubeconfig " + file + " is no kubeconfig; name one in YAML or JSON", e);
    }
    throw new BadInputException(
        "kubeconfig " + file + " is no kubeconfig; name one in YAML or JSON");
  }

  private void connect() {
    Config config;
    try {
      config = Config.fromKubeconfig(context, file.toFile());
    } catch (RuntimeException e) {
      throw new BadInputException(
          "kubeconfig %s cannot be used (%s); check its context %s"
              .formatted(file, reason(e), context),
          e);
    }
    config.setConnectionTimeout(TIMEOUT_MILLIS);
    config.setRequestRetryBackoffLimit(0);
    String url = config.getMasterUrl();
    try (HttpClient client = new JdkHttpClientFactory().newBuilder(config).build()) {
      new Preflight(client, this, url, TIMEOUT_MILLIS).run();
    } catch (BadInputException e) {
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Resources.StoppedException();
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      throw new BadInputException(
          "the API server %s of context %s does not answer (%s); check the kubeconfig %s and the network"
              .formatted(url, context, reason(e), file),
          e);
    }
  }

  /** The innermost message says what happened; the outer ones what was tried. */
  private static String reason(Throwable e) {
    Throwable innermost = e;
    while (innermost.getCause() != null && innermost.getCause() != innermost) {
      innermost = innermost.getCause();
    }
    return innermost.getMessage() == null
        ? innermost.getClass().getSimpleName()
        : innermost.getMessage();
  }
}
