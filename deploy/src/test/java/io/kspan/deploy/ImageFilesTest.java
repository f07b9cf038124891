package io.kspan.deploy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.connect.runtime.distributed.DistributedConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contents of the images, as far as they can be checked without building one. */
class ImageFilesTest {
  private static final String DOCKERFILE = Repository.text("deploy/images/Dockerfile");
  private static final Pattern FROM = Pattern.compile("(?m)^FROM (?:--platform=\\S+ )?(\\S+)");
  private static final Pattern COPY = Pattern.compile("(?m)^COPY (?:--chmod=\\d+ )?(deploy/\\S+) ");

  @ParameterizedTest
  @ValueSource(strings = {"span-topology", "connect", "quickstart"})
  void shouldRunWithoutRootAndSayWhatItIs(String target) {
    String stage = stage(target);

    assertThat(stage)
        .containsPattern("(?m)^USER [1-9][0-9]*:[1-9][0-9]*$")
        .containsPattern("(?m)^HEALTHCHECK .* CMD \\[\"http-ok\", ")
        .containsPattern("(?m)^EXPOSE [0-9]+$");
    for (String label :
        List.of("title", "description", "source", "licenses", "version", "revision")) {
      assertThat(stage).contains("org.opencontainers.image." + label);
    }
  }

  /** The environment wins over the settings file, with which the chart configures the program. */
  @Test
  void shouldSetNothingThatASettingsFileCouldNotChange() {
    assertThat(stage("span-topology")).doesNotContainPattern("(?m)^ENV .*KSPAN_");
  }

  @Test
  void shouldNameEveryBaseByItsExactVersion() {
    assertThat(FROM.matcher(DOCKERFILE).results())
        .extracting(from -> from.group(1))
        .hasSize(4)
        .allMatch(base -> base.matches("[a-z/-]+:[0-9]+\\.[0-9]+\\.[0-9]+.*"));
  }

  /** stand-ins.sh lists the same images; the broker is as old as the rest. */
  @Test
  void shouldHaveAStandInForEveryImage() {
    Set<String> needed = new TreeSet<>();
    FROM.matcher(DOCKERFILE).results().forEach(from -> needed.add(from.group(1)));
    for (JsonNode service :
        Repository.document(Repository.text("docker-compose.yml")).path("services")) {
      needed.add(service.path("image").asText());
    }
    needed.removeIf(image -> image.matches("(?:kspan|rancher|otel)/.*"));

    Set<String> made = new TreeSet<>();
    Pattern.compile("(?m)^  \"(\\S+:\\S+) [a-z]+\"$")
        .matcher(Repository.text("deploy/images/stand-ins.sh"))
        .results()
        .forEach(image -> made.add(image.group(1)));
    assertThat(made).isEqualTo(needed);
    assertThat(version("deploy/images/stand-ins/kafka/pom.xml")).isEqualTo(version("pom.xml"));
  }

  private static String version(String pom) {
    return Repository.text(pom).replaceAll("(?s).*<kafka.version>([^<]+)<.*", "$1");
  }

  @Test
  void shouldCopyWhatIsInTheContext() {
    List<String> copied = new ArrayList<>();
    Matcher matcher = COPY.matcher(DOCKERFILE);
    while (matcher.find()) {
      copied.add(matcher.group(1));
    }

    assertThat(copied).hasSize(4);
    for (String file : copied) {
      assertThat(Repository.file(file)).isRegularFile();
      assertThat(inContext(file)).as(file).isTrue();
    }
  }

  /**
   * Maven reads the POM of every module, whatever it builds; assemblies read beside their module.
   */
  @Test
  void shouldHaveWhatMavenReadsInTheContext() throws Exception {
    Matcher module = Pattern.compile("<module>(.+)</module>").matcher(Repository.text("pom.xml"));
    while (module.find()) {
      assertThat(inContext(module.group(1) + "/pom.xml")).as(module.group(1)).isTrue();
    }
    List<String> beside = new ArrayList<>();
    try (Stream<Path> assemblies =
        Files.list(Repository.file("event-source-connector/src/main/assembly"))) {
      assemblies
          .filter(Files::isRegularFile)
          .forEach(
              file ->
                  Pattern.compile("basedir}/\\.\\./([^<]+)<")
                      .matcher(Repository.text(file))
                      .results()
                      .forEach(path -> beside.add(path.group(1))));
    }
    assertThat(beside).isNotEmpty().allMatch(ImageFilesTest::inContext);
  }

  private static boolean inContext(String file) {
    return Repository.text(".dockerignore")
        .lines()
        .filter(line -> line.startsWith("!"))
        .map(line -> line.substring(1))
        .anyMatch(path -> file.equals(path) || file.startsWith(path + "/"));
  }

  @Test
  void shouldConfigureAWorkerThatStarts() {
    Map<String, String> worker =
        new HashMap<>(
            Repository.properties(Repository.text("deploy/images/connect-distributed.properties")));
    // The variables are set for these tests in pom.xml.
    DistributedConfig config = new DistributedConfig(worker);

    assertThat(config.getList("bootstrap.servers")).containsExactly("kafka:9092");
    assertThat(config.getString("group.id")).isEqualTo("kspan-connect");
    assertThat(config.getString("offset.storage.topic")).isEqualTo("kspan-connect-offsets");
    assertThat(config.values())
        .containsKeys(
            worker.keySet().stream()
                .filter(key -> !key.startsWith("config.providers."))
                .toArray(String[]::new));
  }

  @Test
  void shouldTellAnAnswerOf200FromEveryOther() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = "200 in the body means nothing\n".getBytes(US_ASCII);
          int status = exchange.getRequestURI().getPath().equals("/readyz") ? 200 : 503;
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      String port = Integer.toString(server.getAddress().getPort());
      assertThat(httpOk(port, "/readyz")).isZero();
      assertThat(httpOk(port, "/livez")).isNotZero();
    } finally {
      server.stop(0);
    }
  }

  @Test
  void shouldFailWithoutAListener() throws Exception {
    int port;
    try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = unused.getLocalPort();
    }

    assertThat(httpOk(Integer.toString(port), "/readyz")).isNotZero();
  }

  @Test
  void shouldHaveScriptsThatCanBeExecuted() throws Exception {
    try (Stream<Path> files = Files.walk(Repository.file("deploy"))) {
      assertThat(
              files.filter(
                  file -> file.toString().endsWith(".sh") && !file.toString().contains("target")))
          .isNotEmpty()
          .allMatch(Files::isExecutable);
    }
  }

  private static int httpOk(String port, String path) throws Exception {
    return new ProcessBuilder(
            "bash", Repository.file("deploy/images/http-ok.sh").toString(), port, path)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  private static String stage(String target) {
    int from = DOCKERFILE.indexOf(" AS " + target + "\n");
    int to = DOCKERFILE.indexOf("\nFROM ", from);
    return DOCKERFILE.substring(from, to < 0 ? DOCKERFILE.length() : to);
  }
}
