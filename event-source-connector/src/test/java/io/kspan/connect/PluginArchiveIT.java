package io.kspan.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.kafka.connect.source.SourceConnector;
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
  void shouldBeFoundAsAServiceAndKnowItsVersion() throws IOException {
    try (URLClassLoader loader = loader()) {
      SourceConnector connector =
          ServiceLoader.load(SourceConnector.class, loader).stream()
              .filter(provider -> provider.type().getClassLoader() == loader)
              .map(ServiceLoader.Provider::get)
              .findFirst()
              .orElseThrow();

      assertThat(connector.getClass().getName())
          .isEqualTo("io.kspan.connect.KubernetesEventSourceConnector");
      assertThat(connector.version()).matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
    }
  }

  /** Finds the archive's own classes before those of the test. */
  private static URLClassLoader loader() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      URL[] jars =
          files
              .filter(file -> file.toString().endsWith(".jar"))
              .map(PluginArchiveIT::url)
              .toArray(URL[]::new);
      return new ChildFirst(jars, PluginArchiveIT.class.getClassLoader());
    }
  }

  private static final class ChildFirst extends URLClassLoader {
    ChildFirst(URL[] jars, ClassLoader parent) {
      super(jars, parent);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        if (loaded == null && name.startsWith("io.kspan.")) {
          loaded = findClass(name);
        }
        return loaded == null ? super.loadClass(name, resolve) : loaded;
      }
    }
  }

  private static URL url(Path file) {
    try {
      return file.toUri().toURL();
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
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
