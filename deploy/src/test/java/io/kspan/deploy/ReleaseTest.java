package io.kspan.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** What a release says about itself is complete, and the same everywhere. docs/releasing.md. */
class ReleaseTest {
  private static final Set<String> PUBLISHED = Set.of("event-source-connector", "span-topology");
  private static final String HOME = Pom.property("project.home");

  /** Maven Central refuses an upload without one of them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "name",
        "description",
        "url",
        "licenses/license/name",
        "licenses/license/url",
        "developers/developer/name",
        "developers/developer/url",
        "scm/connection",
        "scm/developerConnection",
        "scm/url",
        "issueManagement/url"
      })
  void shouldHaveTheMetadataOfMavenCentral(String element) {
    assertThat(Pom.root().text("/project/" + element)).isNotEmpty();
  }

  @Test
  void shouldPublishTwoModulesAndTheirParent() {
    Set<String> published = new TreeSet<>();
    for (String module : Pom.root().texts("/project/modules/module")) {
      Pom pom = Pom.of(module);
      assertThat(pom.text("/project/name")).isEqualTo(module);
      assertThat(pom.text("/project/description")).isNotEmpty();
      if (!pom.text("/project/properties/maven.deploy.skip").equals("true")) {
        published.add(module);
        assertThat(pom.texts("/project/dependencies/dependency[groupId='io.kspan'][not(scope)]"))
            .as("%s needs what is not published", module)
            .isEmpty();
      }
    }

    assertThat(published).isEqualTo(PUBLISHED);
    assertThat(Pom.property("maven.deploy.skip")).isEqualTo("false");
  }

  /** Of a version that is not released yet the changelog has the day of its release already. */
  @Test
  void shouldHaveAnEntryInTheChangelog() {
    String heading =
        "## [%s] - %s"
            .formatted(Pom.version().replace("-SNAPSHOT", ""), Pom.property("release.date"));

    assertThat(Repository.text("CHANGELOG.md").lines())
        .as("remedy: put the heading into CHANGELOG.md, or correct release.date in pom.xml")
        .contains(heading);
  }

  /** versions:set would write the time at which it runs, and two builds would differ by it. */
  @Test
  void shouldBeBuiltAsOfTheDayOfTheRelease() {
    assertThat(Pom.property("project.build.outputTimestamp"))
        .as("remedy: versions:set with -DupdateBuildOutputTimestamp=false")
        .isEqualTo("${release.date}T00:00:00Z");
  }

  @Test
  void shouldDescribeTheChart() {
    JsonNode chart = Repository.document(Repository.text(Chart.DIRECTORY.resolve("Chart.yaml")));

    assertThat(chart.path("version").asText()).isEqualTo(Pom.version());
    assertThat(chart.path("appVersion").asText()).isEqualTo(Pom.version());
    assertThat(chart.path("home").asText()).isEqualTo(HOME);
    assertThat(Repository.texts(chart.path("sources"))).containsExactly(HOME);
    assertThat(chart.at("/maintainers/0/name").asText())
        .isEqualTo(Pom.root().text("/project/developers/developer/name"));
    JsonNode annotations = chart.path("annotations");
    assertThat(annotations.path("artifacthub.io/license").asText())
        .isEqualTo(Pom.root().text("/project/licenses/license/name"));
    JsonNode images = list(annotations, "images");
    assertThat(images).hasSize(1);
    assertThat(Chart.render("plain")).contains("image: " + images.at("/0/image").asText() + "\n");
    for (JsonNode link : list(annotations, "links")) {
      assertThat(link.path("name").asText()).isNotEmpty();
      assertThat(link.path("url").asText()).startsWith(HOME + "/");
    }
    for (JsonNode change : list(annotations, "changes")) {
      assertThat(change.path("kind").asText())
          .isIn("added", "changed", "deprecated", "removed", "fixed", "security");
      assertThat(change.path("description").asText()).isNotEmpty();
    }
  }

  /** Links to files of this repository name files that are there. */
  @Test
  void shouldLinkToFilesThatAreThere() {
    Pattern link = Pattern.compile("\\b(?:blob/|)main/([\\w./-]+)");
    String chart = Repository.text(Chart.DIRECTORY.resolve("Chart.yaml"));

    List<String> files = link.matcher(chart).results().map(found -> found.group(1)).toList();
    assertThat(files)
        .hasSize(2)
        .allSatisfy(file -> assertThat(Repository.file(file)).isRegularFile());
    String manifest = Repository.text("event-source-connector/src/main/assembly/manifest.json");
    String page = manifest.replaceAll("(?s).*/blob/v[^/]+/([^\"]+)\".*", "$1");
    assertThat(Repository.file(page)).isRegularFile();
  }

  @Test
  void shouldNameOneHome() {
    String owner = URI.create(HOME).getPath().split("/")[1];

    assertThat(HOME).isEqualTo("https://github.com/%s/kspan-streams".formatted(owner));
    assertThat(
            Pattern.compile("image\\.source=\"([^\"]+)\"")
                .matcher(Repository.text("deploy/images/Dockerfile"))
                .results()
                .map(found -> found.group(1)))
        .hasSize(3)
        .containsOnly(HOME);
    // The workflow pushes to the owner of the repository that it runs in.
    JsonNode values = Repository.document(Repository.text(Chart.DIRECTORY.resolve("values.yaml")));
    assertThat(values.at("/image/repository").asText())
        .isEqualTo("ghcr.io/%s/span-topology".formatted(owner));
  }

  private static JsonNode list(JsonNode annotations, String name) {
    Object list = new Yaml().load(annotations.path("artifacthub.io/" + name).asText());
    return Repository.JSON.valueToTree(list);
  }
}
