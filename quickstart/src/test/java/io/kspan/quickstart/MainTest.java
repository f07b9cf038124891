package io.kspan.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.quickstart.cli.Installation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every way to be given something unusable: one line, exit code 2, nothing left. */
class MainTest {

  private static final String RECORD =
      "{\"receivedAt\":\"2026-11-20T20:17:38.241Z\",\"type\":\"ADDED\",\"object\":{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"a\"}}}\n";

  private static final String KUBECONFIG =
      """
      apiVersion: v1
      kind: Config
      clusters:
      - name: c
        cluster: {server: "http://127.0.0.1:%d"}
      users:
      - name: u
        user: {token: t}
      contexts:
      - name: here
        context: {cluster: c, user: u}
      - name: there
        context: {cluster: c, user: u}
      current-context: %s
      """;

  @TempDir private Path folder;
  private Path home;
  private CommandRun command;

  @BeforeEach
  void makeHome() throws IOException {
    home = folder.resolve("home");
    command = new CommandRun(home);
    Files.createDirectories(home.resolve("event-source-connector/target/plugin"));
  }

  @Test
  void shouldExplainItself() {
    assertThat(command.execute("--help")).isZero();
    assertThat(command.out()).contains("--kubeconfig", "--otlp-endpoint", "replay");
    assertThat(command.execute("replay", "--help")).isZero();
    assertThat(command.execute("--version")).isZero();
    assertThat(command.out()).contains("kspan-streams quickstart 0.");
  }

  @Test
  void shouldRefuseUnknownOptions() {
    assertRefused("Unknown option: '--nonsense'", "--nonsense");
    assertRefused("Unmatched argument", "nonsense");
  }

  @Test
  void shouldRefuseAReplayOfNothing() {
    assertRefused("CAPTURE", "replay");
  }

  @Test
  void shouldRefuseBadCaptures() throws IOException {
    Path missing = folder.resolve("none.ndjson.gz");
    assertRefused(missing + " does not exist", "replay", missing.toString());
    Path text = Files.writeString(folder.resolve("notes.txt"), "hello\n");
    assertRefused(text + " is not a capture", "replay", text.toString());
    Path gzip = Files.write(folder.resolve("gzip.ndjson"), new byte[] {0x1f, (byte) 0x8b, 8, 0});
    assertRefused("rename it to gzip.ndjson.gz", "replay", gzip.toString());
    Path empty = Files.writeString(folder.resolve("empty.ndjson"), "");
    assertRefused(empty + " is empty", "replay", empty.toString());
  }

  @Test
  void shouldRefuseBadNumbers() throws IOException {
    String capture = capture();
    assertRefused("--partitions 0 is out of range", "replay", capture, "--partitions", "0");
    assertRefused("--instances 99 is out of range", "replay", capture, "--instances", "99");
    assertRefused(
        "'--partitions': 'many' is not a number", "replay", capture, "--partitions", "many");
    assertRefused("--receiver-port 70000 is out of range", "--receiver-port", "70000");
    assertRefused("'--receiver-port': 'http' is not a number", "--receiver-port", "http");
  }

  @Test
  void shouldRefuseSettingsWithoutAValue() throws IOException {
    assertRefused("'--set'", "replay", capture(), "--set", "trace.settle.ms");
  }

  @Test
  void shouldRefuseAnOutputThatCannotBeWritten() throws IOException {
    String target = folder.resolve("none/spans.ndjson").toString();
    assertRefused(
        "--spans-out " + target + " cannot be written", "replay", capture(), "--spans-out", target);
    assertRefused("is a directory", "replay", capture(), "--spans-out", folder.toString());
    assertRefused("--html " + target + " cannot be written", "replay", capture(), "--html", target);
    String same = folder.resolve("both").toString();
    assertRefused("are the same file", "replay", capture(), "--html", same, "--spans-out", same);
  }

  @Test
  void shouldRefuseAClusterWithoutAName() throws IOException {
    assertRefused("--cluster is empty", "replay", capture(), "--cluster", "");
  }

  @Test
  void shouldNotOverwriteACapture() throws IOException {
    Path capture = Path.of(capture());
    Path link = Files.createSymbolicLink(folder.resolve("link"), capture);
    Path other = folder.resolve("home/../capture.ndjson");
    Path relative = Path.of("").toAbsolutePath().relativize(capture.toRealPath());

    for (Path same : List.of(capture, link, other, relative)) {
      assertRefused(
          "--spans-out " + same + " is the capture " + capture,
          "replay",
          capture.toString(),
          "--spans-out",
          same.toString());
      assertThat(capture).hasContent(RECORD);
    }
    assertRefused("--spans-out is empty", "replay", capture.toString(), "--spans-out", "");
    assertRefused(
        "--html " + capture + " is the capture",
        "replay",
        capture.toString(),
        "--html",
        capture.toString());
  }

  @Test
  void shouldRefuseAPortThatCannotBe() throws IOException {
    String url = "http://127.0.0.1:99999";

    assertRefused("--otlp-endpoint " + url + ": port 99999", "--otlp-endpoint", url);
    assertRefused(
        "--otlp-endpoint " + url + ": port 99999", "replay", capture(), "--otlp-endpoint", url);
  }

  @Test
  void shouldRefuseWrongKubeconfigs() throws IOException {
    String missing = folder.resolve("none.yaml").toString();
    assertRefused("kubeconfig " + missing + " does not exist", "--kubeconfig", missing);
    assertRefused(folder + " is a directory", "--kubeconfig", folder.toString());
    String noYaml = write("bad.yaml", "{[}");
    assertRefused("kubeconfig " + noYaml + " is no kubeconfig", "--kubeconfig", noYaml);
    String other = write("other.yaml", "a: b\n");
    assertRefused(other, "--kubeconfig", other);
    String noCurrent = write("none-current.yaml", KUBECONFIG.formatted(1, "''"));
    assertRefused(
        "no current context; choose one with --context: here, there", "--kubeconfig", noCurrent);
  }

  @Test
  void shouldRefuseAnUnknownContext() throws IOException {
    String kubeconfig = write("config.yaml", KUBECONFIG.formatted(1, "here"));

    assertRefused(
        "context elsewhere is not in kubeconfig " + kubeconfig + "; it has: here, there",
        "--kubeconfig",
        kubeconfig,
        "--context",
        "elsewhere");
    assertRefused("--context here says nothing without --kubeconfig", "--context", "here");
  }

  @Test
  void shouldRefuseAnUnreachableApiServer() throws IOException {
    int port = closedPort();
    String kubeconfig = write("config.yaml", KUBECONFIG.formatted(port, "here"));

    assertRefused("the API server http://127.0.0.1:" + port, "--kubeconfig", kubeconfig);
  }

  @Test
  void shouldRefuseAnEndpointThatIsNotThere() throws IOException {
    String url = "http://127.0.0.1:" + closedPort();

    assertRefused("--otlp-endpoint " + url + " cannot be reached", "--otlp-endpoint", url);
    assertRefused("--otlp-endpoint collector:4317 is no URL", "--otlp-endpoint", "collector:4317");
  }

  @Test
  void shouldRefuseAnOccupiedPort() throws IOException {
    try (ServerSocket occupied = loopback()) {
      String port = Integer.toString(occupied.getLocalPort());

      assertRefused("--receiver-port " + port, "--receiver-port", port);
    }
  }

  @Test
  void shouldListenOnTheLoopbackInterfaceOrOnAll() {
    assertRefused(
        "--receiver-address 192.0.2.1 is neither 127.0.0.1 nor 0.0.0.0",
        "--receiver-address",
        "192.0.2.1");
  }

  /** The way out of a container is not that of the machine. */
  @Test
  void shouldWatchAMountedKubeconfigAndNameTheRemediesOfAContainer() throws IOException {
    Path mounted = folder.resolve("kubeconfig");
    Files.createDirectories(home.resolve("plugins"));
    command = new CommandRun(Installation.container(home, folder));
    assertRefused("--context here says nothing without --kubeconfig", "--context", "here");

    int port = closedPort();
    Files.writeString(mounted, KUBECONFIG.formatted(port, "here"));
    assertRefused("the API server http://127.0.0.1:" + port);
    assertThat(command.err()).contains("add --network host to docker run");

    Files.writeString(mounted, KUBECONFIG.replace("127.0.0.1", "0.0.0.0").formatted(port, "here"));
    assertRefused("the API server http://0.0.0.0:" + port);
    assertThat(command.err()).doesNotContain("--network host");

    Files.delete(mounted);
    Files.createDirectory(mounted);
    assertRefused(mounted + " is a directory");
  }

  @Test
  void shouldSayThatTheConnectorIsNotBuilt() throws IOException {
    Files.delete(home.resolve("event-source-connector/target/plugin"));

    assertRefused("the packaged connector is not in");
  }

  private void assertRefused(String message, String... args) {
    assertThat(command.execute(args)).isEqualTo(2);

    assertThat(command.out()).isEmpty();
    List<String> lines = command.err().lines().toList();
    assertThat(lines.get(lines.size() - 1)).startsWith("error: ").contains(message);
    assertThat(lines).filteredOn(line -> line.startsWith("error: ")).hasSize(1);
    try (Stream<Path> left = Files.walk(home)) {
      assertThat(left.map(Path::getFileName).map(Path::toString))
          .noneMatch(name -> name.startsWith("run-"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private String capture() throws IOException {
    return write("capture.ndjson", RECORD);
  }

  private String write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = loopback()) {
      return socket.getLocalPort();
    }
  }

  private static ServerSocket loopback() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
  }
}
