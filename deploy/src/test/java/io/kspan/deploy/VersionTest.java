package io.kspan.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The version stands in the POMs, where Maven sets it. Files that Maven does not filter repeat it:
 * images, the Compose file, the chart, manifests and pages. {@code -Dgolden.update=true} writes it
 * there.
 */
class VersionTest {
  private static final String NUMBER = "\\d+\\.\\d+\\.\\d+(?:-SNAPSHOT)?";

  /** What stands before the version wherever it is repeated; other numbers are not ours. */
  private static final Pattern REPEATED =
      Pattern.compile(
          "((?:kspan|kspan-streams)/(?:span-topology|connect|quickstart):"
              + "|(?<![\\w-])(?:span-topology|(?:kspan-)?event-source-connector|kspan-streams)-"
              + "|charts/kspan-streams --version "
              + "|ARG VERSION="
              + "|(?m:^)(?:version|appVersion): "
              + "|app\\.kubernetes\\.io/version: \""
              + "|\"version\":\""
              + "|(?m:^)Version )("
              + NUMBER
              + ")");

  private static final Pattern SNAPSHOT = Pattern.compile("()(\\d+\\.\\d+\\.\\d+-SNAPSHOT)");

  /** A pattern that no longer matches would let a version go unnoticed. */
  private static final List<String> REPEATING =
      List.of(
          "README.md",
          "docker-compose.yml",
          "deploy/helm/kspan-streams/Chart.yaml",
          "deploy/images/Dockerfile",
          "deploy/kubernetes/kspan-streams.yaml",
          "deploy/strimzi/connect.yaml",
          "docs/docker-compose.md",
          "docs/deploying-on-kubernetes.md",
          "docs/quick-start.md");

  @Test
  void shouldBeThatOfTheProjectWhereverItIsRepeated() throws IOException {
    List<String> other = new ArrayList<>();
    Set<String> repeating = new TreeSet<>();
    for (Path file : files()) {
      String name = Repository.ROOT.relativize(file).toString();
      String text = Repository.text(file);
      String updated = updated(updated(text, SNAPSHOT), REPEATED);
      if (REPEATED.matcher(text).find()) {
        repeating.add(name);
      }
      if (!updated.equals(text)) {
        if (Boolean.getBoolean("golden.update")) {
          Files.writeString(file, updated);
        } else {
          other.add(name);
        }
      }
    }

    assertThat(other)
        .as(
            "name another version than %s; the remedy: mvn -pl deploy -am test -Dtest=VersionTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dgolden.update=true",
            Pom.version())
        .isEmpty();
    assertThat(repeating).containsAll(REPEATING);
  }

  @Test
  void shouldFindEveryFormOfAnotherVersion() {
    for (String form :
        List.of(
            "image: kspan/connect:9.8.7",
            "ghcr.io/kspan-streams/quickstart:9.8.7-SNAPSHOT",
            "java -jar span-topology/target/span-topology-9.8.7.jar",
            "kspan-event-source-connector-9.8.7.zip",
            "helm install kspan oci://ghcr.io/kspan-streams/charts/kspan-streams --version 9.8.7",
            "ARG VERSION=9.8.7",
            "type: application\nversion: 9.8.7\n",
            "kspan-streams-9.8.7.tgz",
            "any 9.8.7-SNAPSHOT")) {
      assertThat(updated(updated(form, SNAPSHOT), REPEATED))
          .isEqualTo(form.replaceAll(NUMBER, Pom.version()));
    }
    for (String foreign : List.of("apache/kafka:9.8.7", "Kafka 9.8.7", "kafka-streams-9.8.7.jar")) {
      assertThat(updated(updated(foreign, SNAPSHOT), REPEATED)).isEqualTo(foreign);
    }
  }

  private static String updated(String text, Pattern pattern) {
    return pattern
        .matcher(text)
        .replaceAll(
            (MatchResult found) -> Matcher.quoteReplacement(found.group(1) + Pom.version()));
  }

  private static List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>(List.of(Repository.file("README.md")));
    files.add(Repository.file("docker-compose.yml"));
    for (String folder : List.of("docs", "deploy")) {
      try (Stream<Path> all = Files.walk(Repository.file(folder))) {
        all.filter(Files::isRegularFile)
            .filter(file -> file.toString().matches(".*(Dockerfile|\\.(md|ya?ml|sh|java))"))
            .filter(file -> !file.toString().contains("/target/"))
            .filter(file -> !file.endsWith("VersionTest.java"))
            .forEach(files::add);
      }
    }
    return files;
  }
}
