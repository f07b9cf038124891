package io.kspan.deploy.cluster;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A release of the chart, by the real {@code helm}. */
final class Release {
  private static final Path CHART = Path.of("helm", "kspan-streams").toAbsolutePath();
  private static final Duration LIMIT = Duration.ofMinutes(8);

  private final String name;
  private final String namespace;

  Release(String name, String namespace) {
    this.name = name;
    this.namespace = namespace;
  }

  /** Returns when its pods are ready. */
  String install(Path values) {
    return helm("install", name, CHART.toString(), "--values", values.toString(), "--wait");
  }

  /** Changes some values; returns when its pods are ready. */
  String upgrade(Map<String, String> changed) {
    return upgrade(changed, "--wait");
  }

  /** The same, and waits for nothing. */
  String upgradeWithoutWaiting(Map<String, String> changed) {
    return upgrade(changed, "--wait=false");
  }

  private String upgrade(Map<String, String> changed, String wait) {
    List<String> arguments =
        new ArrayList<>(List.of("upgrade", name, CHART.toString(), "--reuse-values", wait));
    changed.forEach((key, value) -> arguments.addAll(List.of("--set-string", key + "=" + value)));
    return helm(arguments.toArray(String[]::new));
  }

  String test() {
    return helm("test", name);
  }

  String uninstall() {
    return helm("uninstall", name, "--wait");
  }

  private String helm(String... arguments) {
    String helm = System.getProperty("helm", "helm");
    List<String> command = new ArrayList<>();
    command.add(helm.contains("/") ? Cluster.fromRoot(helm).toString() : helm);
    command.addAll(List.of(arguments));
    command.addAll(
        List.of("--namespace", namespace, "--kubeconfig", Cluster.kubeconfig().toString()));
    command.addAll(List.of("--timeout", LIMIT.toSeconds() + "s"));
    return Command.run(LIMIT.plusMinutes(1), command);
  }
}
