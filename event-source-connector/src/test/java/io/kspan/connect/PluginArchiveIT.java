package io.kspan.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.connect.stub.StubApiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.kafka.connect.runtime.isolation.PluginDesc;
import org.apache.kafka.connect.runtime.isolation.Plugins;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.source.SourceTask;
import org.junit.jupiter.api.Test;

/** Opens what is delivered. */
class PluginArchiveIT {
  private static final Path DIRECTORY = Path.of("target/plugin/event-source-connector");

  @Test
  void shouldContainTheConnectorItsDependenciesAndTheLicence() throws IOException {
    List<String> names = archived();

    assertThat(names)
        .contains(
            "event-source-connector/LICENSE",
            "event-source-connector/etc/distributed.json",
            "event-source-connector/etc/standalone.properties")
        .anyMatch(name -> name.matches("event-source-connector/event-source-connector-.*\\.jar"))
        .anyMatch(name -> name.matches("event-source-connector/kubernetes-httpclient-jdk-.*\\.jar"))
        .anyMatch(name -> name.matches("event-source-connector/jackson-databind-.*\\.jar"));
  }

  @Test
  void shouldContainNothingThatTheWorkerProvides() throws IOException {
    assertThat(archived())
        .noneMatch(
            name ->
                name.matches(
                    ".*/(kafka|connect|slf4j|log4j|zstd|lz4|snappy|jakarta|junit|vertx|netty)[-_.].*"));
  }

  @Test
  void shouldBeTheSameAsTheDirectoryForThePluginPath() throws IOException {
    try (Stream<Path> files = Files.walk(DIRECTORY)) {
      assertThat(
              files
                  .filter(Files::isRegularFile)
                  .map(file -> DIRECTORY.getParent().relativize(file).toString()))
          .containsExactlyInAnyOrderElementsOf(archived());
    }
  }

  @Test
  void shouldBeFoundByServiceLoadingAndKnowItsVersion() {
    PluginDesc<SourceConnector> found = loadedFromPluginPath();

    assertThat(found.className()).isEqualTo("io.kspan.connect.KubernetesEventSourceConnector");
    assertThat(found.version()).matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
  }

  /** With Connect's isolation: every class comes from the archive or from what a worker has. */
  @Test
  void shouldRunFromThePluginPath() throws Exception {
    ClassLoader isolated = loadedFromPluginPath().loader();
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    Thread.currentThread().setContextClassLoader(isolated);
    try (StubApiServer server = new StubApiServer()) {
      server.serve("/api/v1/pods", "v1", "Pod").put("n", "p", "");
      SourceTask task =
          (SourceTask)
              isolated
                  .loadClass("io.kspan.connect.KubernetesEventSourceTask")
                  .getDeclaredConstructor()
                  .newInstance();
      assertThat(task).isNotInstanceOf(KubernetesEventSourceTask.class);
      try (TaskHarness harness =
          new TaskHarness(task, TaskHarness.properties(server, "v1/pods"), Map.of())) {
        harness.pollUntil(all -> all.size() == 2);

        assertThat(harness.describe()).containsExactly("ADDED c/n/Pod/p", "LISTED c//pods");
      }
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  private static PluginDesc<SourceConnector> loadedFromPluginPath() {
    String path = DIRECTORY.getParent().toAbsolutePath().toString();
    Plugins plugins = new Plugins(Map.of("plugin.path", path, "plugin.discovery", "service_load"));
    return plugins.sourceConnectors().stream()
        .filter(plugin -> plugin.location().contains(path))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> archived() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("target"))) {
      Path zip =
          files.filter(file -> file.toString().endsWith("-plugin.zip")).findFirst().orElseThrow();
      try (ZipFile archive = new ZipFile(zip.toFile())) {
        return archive.stream()
            .filter(entry -> !entry.isDirectory())
            .map(ZipEntry::getName)
            .toList();
      }
    }
  }
}
