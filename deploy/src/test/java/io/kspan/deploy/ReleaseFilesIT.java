package io.kspan.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Opens the files of a release, which the profile {@code release} puts into target/release. */
@EnabledIfSystemProperty(
    named = "release.directory",
    matches = ".+",
    disabledReason = "needs the files of a release; asked for with -Prelease only")
class ReleaseFilesIT {
  private static final String VERSION = Pom.version();

  private final Path directory = Path.of(System.getProperty("release.directory", ""));

  @Test
  void shouldBeEverythingThatIsReleasedAndNothingElse() throws IOException {
    Set<String> names = names();

    assertThat(names)
        .containsExactlyInAnyOrder(
            "SHA256SUMS",
            "bom.json",
            "bom.xml",
            "event-source-connector-" + VERSION + "-javadoc.jar",
            "event-source-connector-" + VERSION + "-plugin.tar.gz",
            "event-source-connector-" + VERSION + "-plugin.zip",
            "event-source-connector-" + VERSION + "-sources.jar",
            "event-source-connector-" + VERSION + ".jar",
            "kspan-event-source-connector-" + VERSION + ".zip",
            "kspan-streams-" + VERSION + ".tgz",
            "span-topology-" + VERSION + "-javadoc.jar",
            "span-topology-" + VERSION + "-sources.jar",
            "span-topology-" + VERSION + ".jar",
            "span-topology-" + VERSION + ".zip");
  }

  @Test
  void shouldHaveTheChecksumsOfAllFiles() throws Exception {
    Map<String, String> listed = new TreeMap<>();
    for (String line : Files.readAllLines(directory.resolve("SHA256SUMS"))) {
      // The form that sha256sum --check reads.
      assertThat(line).matches("[0-9a-f]{64}  \\S+");
      listed.put(line.substring(66), line.substring(0, 64));
    }
    Map<String, String> computed = new TreeMap<>();
    for (String name : names()) {
      if (!name.equals("SHA256SUMS")) {
        byte[] digest =
            MessageDigest.getInstance("SHA-256")
                .digest(Files.readAllBytes(directory.resolve(name)));
        computed.put(name, HexFormat.of().formatHex(digest));
      }
    }

    assertThat(listed).isEqualTo(computed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"event-source-connector", "span-topology"})
  void shouldHaveTheSourcesAndThePagesOfTheClasses(String module) throws IOException {
    Set<String> classes = entries(module + "-" + VERSION + ".jar", ".class");
    Set<String> sources = entries(module + "-" + VERSION + "-sources.jar", ".java");
    Set<String> pages = entries(module + "-" + VERSION + "-javadoc.jar", ".html");

    Set<String> compiled =
        classes.stream()
            .filter(name -> !name.contains("$"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(sources).containsAll(compiled);
    assertThat(pages).contains("index");
    assertThat(classes).containsAnyElementsOf(pages);
  }

  /** Helm itself takes the package, and renders what it renders from the directory. */
  @Test
  void shouldHaveAPackagedChartThatHelmTakes() {
    Path values = Repository.file("deploy/src/test/resources/values/strimzi.yaml");

    String packaged =
        new Helm(directory.resolve("kspan-streams-" + VERSION + ".tgz"))
            .template()
            .withName("kspan")
            .withNamespace("kspan")
            .withKubeVersion(Chart.KUBERNETES)
            .withValuesFile(values)
            .call();

    assertThat(packaged).isEqualTo(Chart.command().withValuesFile(values).call());
  }

  @Test
  void shouldNameWhatIsDeliveredInTheBillOfMaterials() throws IOException {
    JsonNode bom = Repository.JSON.readTree(directory.resolve("bom.json").toFile());

    assertThat(bom.at("/metadata/component/version").asText()).isEqualTo(VERSION);
    List<String> components = bom.path("components").findValuesAsText("name");
    assertThat(components)
        .contains("event-source-connector", "span-topology", "kafka-streams", "rocksdbjni")
        .contains("kubernetes-client-api")
        .doesNotContain("quickstart", "junit-jupiter");
  }

  /** The images are for amd64 and arm64; of what is in them RocksDB brings the native code. */
  @Test
  void shouldHaveNativeCodeForBothPlatformsOfTheImages() throws IOException {
    try (ZipFile archive =
        new ZipFile(directory.resolve("span-topology-" + VERSION + ".zip").toFile())) {
      ZipEntry jar =
          archive.stream()
              .filter(entry -> entry.getName().matches(".*/lib/rocksdbjni-.*\\.jar"))
              .findFirst()
              .orElseThrow();
      Path copy = Files.createTempFile("rocksdbjni", ".jar");
      try (InputStream in = archive.getInputStream(jar)) {
        Files.write(copy, in.readAllBytes());
        try (ZipFile rocksdb = new ZipFile(copy.toFile())) {
          assertThat(rocksdb.stream().map(ZipEntry::getName))
              .contains("librocksdbjni-linux64.so", "librocksdbjni-linux-aarch64.so");
        }
      } finally {
        Files.delete(copy);
      }
    }
  }

  private Set<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** Names of the entries with an ending, without it. */
  private Set<String> entries(String jar, String ending) throws IOException {
    try (ZipFile file = new ZipFile(directory.resolve(jar).toFile())) {
      return file.stream()
          .map(ZipEntry::getName)
          .filter(name -> name.endsWith(ending))
          .map(name -> name.substring(0, name.length() - ending.length()))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
