package io.kspan.topology.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.kspan.testsupport.corpus.Corpus;
import io.kspan.topology.errors.BadInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real dump in every form in which people have it gives the same records. */
class CaptureSourcesTest {
  private static final List<String> KINDS =
      List.of("events-list", "deployments", "pods", "replicasets");

  @TempDir private Path folder;
  private final List<String> skipped = new ArrayList<>();
  private final Map<String, byte[]> bundle = new LinkedHashMap<>();
  private List<String> expected;

  @BeforeEach
  void read() throws IOException {
    List<Path> files = new ArrayList<>();
    for (String kind : KINDS) {
      Path file = Corpus.file("cases/R1-velero-crashloop." + kind + ".json.gz");
      files.add(file);
      try (InputStream gzip = new GZIPInputStream(Files.newInputStream(file))) {
        bundle.put("bundle/" + kind + ".json", gzip.readAllBytes());
      }
    }
    expected = records(files.toArray(Path[]::new));
    bundle.put("bundle/version.json", "{\"kubectl\": \"1.34\"}".getBytes(StandardCharsets.UTF_8));
    bundle.put("bundle/pod.log", "{\"kind\": \"nothing\"}".getBytes(StandardCharsets.UTF_8));
  }

  private List<String> records(Path... named) {
    List<String> records = new ArrayList<>();
    try (CaptureSources sources = new CaptureSources();
        Captures captures = new Captures(sources.scan(Arrays.asList(named), skipped::add))) {
      for (CaptureRecord next = captures.next(); next != null; next = captures.next()) {
        records.add(next.receivedAt() + " " + next.type() + " " + next.object());
      }
    }
    records.sort(null);
    return records;
  }

  private Path directory(Map<String, byte[]> files) throws IOException {
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Path path = folder.resolve("dir").resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue());
    }
    return folder.resolve("dir");
  }

  private void shouldHaveSkippedTheVersion() {
    assertThat(skipped).singleElement().asString().contains("version.json is not a capture");
  }

  @Test
  void shouldReadADirectory() throws IOException {
    assertThat(records(directory(bundle))).isEqualTo(expected).hasSizeGreaterThan(60);
    shouldHaveSkippedTheVersion();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bundle.zip", "bundle.tar", "bundle.tar.gz", "BUNDLE.TGZ"})
  void shouldReadAnArchiveAndLeaveNothingBehind(String name) throws IOException {
    long before = temporary();
    Path archive = Files.write(folder.resolve(name), archive(name, bundle));

    assertThat(records(archive)).isEqualTo(expected);
    shouldHaveSkippedTheVersion();
    assertThat(temporary()).isEqualTo(before);
  }

  private static long temporary() throws IOException {
    try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(f -> f.getFileName().toString().startsWith("captures-")).count();
    }
  }

  @Test
  void shouldReadYaml() throws IOException {
    Map<String, byte[]> yaml = new LinkedHashMap<>();
    for (String kind : KINDS) {
      // Lists as kubectl get -o yaml prints them; the others are watches, a document each.
      StringBuilder text = new StringBuilder();
      try (var documents =
          new ObjectMapper()
              .readerFor(JsonNode.class)
              .readValues(bundle.get("bundle/" + kind + ".json"))) {
        while (documents.hasNext()) {
          text.append(new YAMLMapper().writeValueAsString(documents.next()));
        }
      }
      yaml.put(
          kind + (kind.equals("pods") ? ".yml" : ".yaml"),
          text.toString().getBytes(StandardCharsets.UTF_8));
    }

    assertThat(records(directory(yaml))).isEqualTo(expected);
  }

  @Test
  void shouldReportBrokenYamlAndKeepWhatIsBeforeIt() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("a.yaml"),
            "kind: Event\nmetadata: {name: a}\n---\nkind: Event\nmetadata: [name\n---\nkind: Event\n");

    CaptureScan scan = CaptureScan.of(file);

    assertThat(scan.records()).isEqualTo(1);
    assertThat(scan.problems()).singleElement().asString().contains(":5: not YAML: ");
  }

  @Test
  void shouldNotUnpackOutsideOfTheArchive() throws IOException {
    bundle.put("../outside.json", bundle.get("bundle/pods.json"));
    Path archive = Files.write(folder.resolve("evil.zip"), archive("evil.zip", bundle));

    assertThat(records(archive)).isEqualTo(expected);
    assertThat(skipped).contains(archive + ": ../outside.json lies outside of the archive");
  }

  @Test
  void shouldRefuseWhatHoldsNoCapture() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThatThrownBy(() -> records(empty))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            empty
                + " holds no capture: 0 files of JSON or YAML were tried; it needs the output of kubectl get events -A -o json, or more");
    for (String name : List.of("broken.zip", "broken.tar.gz", "broken.tar")) {
      Path broken = Files.writeString(folder.resolve(name), "no archive".repeat(200));
      assertThatThrownBy(() -> records(broken)).isInstanceOf(BadInputException.class);
    }
    Path cut = folder.resolve("cut.tgz");
    byte[] whole = archive("cut.tgz", bundle);
    Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> records(cut))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("archive " + cut + " cannot be unpacked (");
  }

  private static byte[] archive(String name, Map<String, byte[]> files) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (name.endsWith(".zip")) {
      try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
          zip.putNextEntry(new ZipEntry(file.getKey()));
          zip.write(file.getValue());
        }
      }
      return bytes.toByteArray();
    }
    OutputStream out = name.endsWith(".tar") ? bytes : new GZIPOutputStream(bytes);
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
        entry.setSize(file.getValue().length);
        tar.putArchiveEntry(entry);
        tar.write(file.getValue());
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }
}
