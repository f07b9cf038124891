package io.kspan.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The workflows of CI and of the release, as far as they can be checked without running them. */
class WorkflowTest {
  private static final String BUILD = ".github/workflows/build.yml";
  private static final String RELEASE = ".github/workflows/release.yml";
  private static final Pattern PROFILES = Pattern.compile("mvn [^\n]*-P([a-z,]+) ");
  private static final Pattern SECRET = Pattern.compile("secrets\\.([A-Z_]+)");

  @ParameterizedTest
  @ValueSource(strings = {BUILD, RELEASE})
  void shouldRunWhatContributorsRun(String file) {
    assertThat(steps(workflow(file), "run")).contains(".ci/run");
    assertThat(Repository.file(".ci/run")).isExecutable();
  }

  @ParameterizedTest
  @ValueSource(strings = {BUILD, RELEASE})
  void shouldNameProfilesThatExist(String file) {
    String poms = Repository.text("pom.xml") + Repository.text("deploy/pom.xml");
    Set<String> profiles = new TreeSet<>();
    for (String command : steps(workflow(file), "run")) {
      PROFILES
          .matcher(command)
          .results()
          .forEach(found -> profiles.addAll(List.of(found.group(1).split(","))));
    }

    assertThat(profiles)
        .hasSizeGreaterThan(1)
        .allSatisfy(profile -> assertThat(poms).contains("<id>" + profile + "</id>"));
  }

  @ParameterizedTest
  @ValueSource(strings = {BUILD, RELEASE})
  void shouldUseExactVersionsEndInTimeAndKeepNoCredentials(String file) {
    JsonNode workflow = workflow(file);

    assertThat(steps(workflow, "uses"))
        .isNotEmpty()
        .allMatch(action -> action.matches("\\S+@v\\d+\\.\\d+\\.\\d+"));
    for (JsonNode job : workflow.path("jobs")) {
      assertThat(job.path("timeout-minutes").asInt()).isBetween(1, 120);
      for (JsonNode step : job.path("steps")) {
        if (step.path("uses").asText().startsWith("actions/checkout@")) {
          assertThat(step.at("/with/persist-credentials").toString()).isEqualTo("false");
        }
      }
    }
  }

  @Test
  void shouldOnlyReadInTheBuild() {
    JsonNode build = workflow(BUILD);

    assertThat(build.path("permissions").toString()).isEqualTo("{\"contents\":\"read\"}");
    assertThat(build.path("jobs")).noneMatch(job -> job.has("permissions"));
    assertThat(SECRET.matcher(Repository.text(BUILD)).find()).isFalse();
  }

  /** No job has a right that its steps do not use. */
  @Test
  void shouldGiveEachJobOfTheReleaseItsRights() {
    JsonNode release = workflow(RELEASE);
    Map<String, Map<String, String>> rights = new TreeMap<>();
    release
        .path("jobs")
        .properties()
        .forEach(
            job ->
                rights.put(job.getKey(), Repository.textMap(job.getValue().path("permissions"))));

    assertThat(release.path("permissions").toString()).isEqualTo("{}");
    Map<String, String> read = Map.of("contents", "read");
    assertThat(rights)
        .isEqualTo(
            Map.of(
                "verify",
                read,
                "images",
                Map.of(
                    "contents",
                    "read",
                    "packages",
                    "write",
                    "id-token",
                    "write",
                    "attestations",
                    "write"),
                "chart",
                Map.of("packages", "write", "id-token", "write"),
                "central",
                read,
                "github",
                Map.of("contents", "write", "id-token", "write", "attestations", "write")));
  }

  @Test
  void shouldGiveSecretsToTheUploadOnly() {
    workflow(RELEASE)
        .path("jobs")
        .properties()
        .forEach(
            job -> {
              Set<String> secrets = new TreeSet<>();
              SECRET
                  .matcher(job.getValue().toString())
                  .results()
                  .forEach(found -> secrets.add(found.group(1)));
              secrets.remove("GITHUB_TOKEN");
              assertThat(secrets.isEmpty())
                  .as("%s: %s", job.getKey(), secrets)
                  .isEqualTo(!job.getKey().equals("central"));
              assertThat(job.getValue().has("environment"))
                  .isEqualTo(job.getKey().equals("central"));
            });
  }

  @Test
  void shouldReleaseOnlyWhatIsVerifiedAndEveryImageForBothPlatforms() {
    JsonNode release = workflow(RELEASE);

    assertThat(release.at("/on").isMissingNode() ? release.path("true") : release.path("on"))
        .hasToString("{\"push\":{\"tags\":[\"v*\"]}}");
    release
        .path("jobs")
        .properties()
        .forEach(
            job -> {
              if (!job.getKey().equals("verify")) {
                assertThat(job.getValue().path("needs").toString()).contains("\"verify\"");
              }
            });
    Set<String> targets = new TreeSet<>();
    Pattern.compile("(?m)^FROM .* AS (\\S+)$")
        .matcher(Repository.text("deploy/images/Dockerfile"))
        .results()
        .forEach(stage -> targets.add(stage.group(1)));
    targets.remove("build");
    assertThat(Repository.texts(release.at("/jobs/images/strategy/matrix/image")))
        .containsExactlyInAnyOrderElementsOf(targets);
    JsonNode build =
        release.at("/jobs/images/steps").findParents("uses").stream()
            .filter(step -> step.path("uses").asText().startsWith("docker/build-push-action@"))
            .findFirst()
            .orElseThrow()
            .path("with");
    assertThat(build.path("platforms").asText()).isEqualTo("linux/amd64,linux/arm64");
    assertThat(build.path("sbom").asBoolean()).isTrue();
    assertThat(build.path("provenance").asText()).isEqualTo("mode=max");
    assertThat(Repository.file(build.path("file").asText())).isRegularFile();
  }

  private static JsonNode workflow(String file) {
    return Repository.document(Repository.text(file));
  }

  private static List<String> steps(JsonNode workflow, String what) {
    List<String> found = new ArrayList<>();
    for (JsonNode job : workflow.path("jobs")) {
      for (JsonNode step : job.path("steps")) {
        if (step.has(what)) {
          found.add(step.path(what).asText());
        }
      }
    }
    return found;
  }
}
