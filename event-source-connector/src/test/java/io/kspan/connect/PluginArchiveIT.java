package io.kspan.connect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kspan.connect.worker.Archives;
import io.kspan.testsupport.apiserver.StubApiServer;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.kafka.connect.runtime.isolation.PluginDesc;
import org.apache.kafka.connect.runtime.isolation.Plugins;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.source.SourceTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Opens what is delivered. */
class PluginArchiveIT {
  private static final Path DIRECTORY = Path.of("target/plugin/event-source-connector");
  private static final String COMPONENT = "kspan-event-source-connector-*.zip";

  @TempDir private Path directory;

  @Test
  void shouldContainTheConnectorItsDependenciesAndTheLicence() throws Exception {
    assertThat(unpacked("*-plugin.zip"))
        .contains(
            "event-source-connector/LICENSE",
            "event-source-connector/etc/distributed.json",
            "event-source-connector/etc/standalone.properties",
            "event-source-connector/etc/rbac/cluster-wide.yaml")
        .anyMatch(name -> name.matches("event-source-connector/event-source-connector-.*\\.jar"))
        .anyMatch(name -> name.matches("event-source-connector/kubernetes-httpclient-jdk-.*\\.jar"))
        .anyMatch(name -> name.matches("event-source-connector/jackson-databind-.*\\.jar"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"*-plugin.zip", "*-plugin.tar.gz", COMPONENT})
  void shouldContainNothingThatTheWorkerProvides(String ending) throws Exception {
    unpacked(ending);

    // By class, not by name of a jar: a dependency may have shaded them.
    Set<String> provided = new TreeSet<>();
    for (String name : Archives.files(directory)) {
      if (name.endsWith(".jar")) {
        try (ZipFile jar = new ZipFile(directory.resolve(name).toFile())) {
          jar.stream()
              .map(ZipEntry::getName)
              .filter(PluginArchiveIT::isProvided)
              .map(entry -> name + ": " + entry)
              .forEach(provided::add);
        }
      }
    }
    assertThat(provided).isEmpty();
  }

  private static boolean isProvided(String entry) {
    return entry.matches(
        ".*(org/apache/(kafka|log4j|logging)|org/slf4j|com/github/luben|net/jpountz|org/xerial"
            + "|jakarta/ws|org/junit|io/vertx|io/netty)/.*\\.class");
  }

  @Test
  void shouldBeTheSameInEveryFormat() throws Exception {
    List<String> zipped = unpacked("*-plugin.zip");

    assertThat(Archives.files(DIRECTORY.getParent())).isEqualTo(zipped);
    Path tar = Archives.unpack(Archives.find("*-plugin.tar.gz"), directory.resolve("tar"));
    assertThat(Archives.files(tar)).isEqualTo(zipped);
  }

  /** Confluent's component archive specification. */
  @Test
  void shouldBeAConfluentComponent() throws Exception {
    List<String> files = unpacked(COMPONENT);
    String root = Archives.find(COMPONENT).getFileName().toString().replaceFirst("\\.zip$", "");

    assertThat(files)
        .allMatch(name -> name.startsWith(root + '/'))
        .contains(
            root + "/assets/kspan.png",
            root + "/doc/LICENSE",
            root + "/doc/README.md",
            root + "/doc/configuration-connector.md",
            root + "/etc/distributed.json",
            root + "/etc/rbac/one-namespace.yaml")
        .anyMatch(name -> name.matches(".*/lib/event-source-connector-.*\\.jar"))
        .noneMatch(name -> name.endsWith(".jar") && !name.contains("/lib/"));
    JsonNode manifest =
        new ObjectMapper().readTree(directory.resolve(root + "/manifest.json").toFile());
    assertThat(root)
        .isEqualTo(
            manifest.at("/owner/username").asText()
                + '-'
                + manifest.path("name").asText()
                + '-'
                + manifest.path("version").asText());
    assertThat(manifest.at("/owner/username").asText()).matches("[a-z0-9_]{2,255}");
    assertThat(manifest.path("version").asText()).isEqualTo(Version.current());
    assertThat(manifest.at("/component_types/0").asText()).isEqualTo("source");
    assertThat(manifest.path("release_date").asText()).matches("\\d{4}-\\d{2}-\\d{2}");
    for (String logo : List.of("/logo", "/owner/logo", "/support/logo")) {
      assertThat(files).contains(root + '/' + manifest.at(logo).asText());
    }
    for (String url :
        List.of(
            "/documentation_url", "/source_url", "/owner/url", "/support/url", "/license/0/url")) {
      assertThat(manifest.at(url).asText()).matches("https://[^ ${}]+");
    }
    assertThat(manifest.toString()).as("placeholders are replaced").doesNotContain("${");
    // What the manifest promises is what the connector answers.
    assertThat(manifest.at("/features/delivery_guarantee/0").asText()).isEqualTo("at_least_once");
    assertThat(new KubernetesEventSourceConnector().exactlyOnceSupport(Map.of()))
        .isEqualTo(ExactlyOnceSupport.UNSUPPORTED);
  }

  /** The time of the build differs between machines and days. */
  @ParameterizedTest
  @ValueSource(strings = {"*-plugin.zip", COMPONENT})
  void shouldCarryTheTimeOfTheReleaseOnly(String ending) throws Exception {
    try (ZipFile archive = new ZipFile(Archives.find(ending).toFile())) {
      assertThat(archive.stream().map(ZipEntry::getTimeLocal).distinct())
          .singleElement()
          .asString()
          .endsWith("T00:00");
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
          new TaskHarness(
              task,
              TaskHarness.properties(server, "v1/pods"),
              Map.of(),
              new TaskHarness.FakeMetrics())) {
        harness.pollUntil(all -> all.size() == 2);

        assertThat(harness.describe()).containsExactly("ADDED c/n/Pod/p", "LISTED c//pods");
      }
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  /** The documented command: the plugin's jars and those of a Kafka distribution. */
  @Test
  void shouldPrintRbacManifests() throws Exception {
    String classPath = DIRECTORY + "/*" + File.pathSeparator + "target/oldest-worker/*";
    Process printing =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                RbacManifest.class.getName(),
                "config/distributed.json")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();

    String printed = new String(printing.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(printed).isEqualTo(Files.readString(Path.of("../deploy/rbac/cluster-wide.yaml")));
    assertThat(printing.waitFor()).isZero();
  }

  private static PluginDesc<SourceConnector> loadedFromPluginPath() {
    String path = DIRECTORY.getParent().toAbsolutePath().toString();
    Plugins plugins = new Plugins(Map.of("plugin.path", path, "plugin.discovery", "service_load"));
    return plugins.sourceConnectors().stream()
        .filter(plugin -> plugin.location().contains(path))
        .findFirst()
        .orElseThrow();
  }

  private List<String> unpacked(String ending) throws Exception {
    return Archives.files(Archives.unpack(Archives.find(ending), directory));
  }
}
