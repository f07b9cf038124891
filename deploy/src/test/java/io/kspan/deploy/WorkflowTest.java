package io.kspan.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The workflow of CI, as far as it can be checked without running it. */
class WorkflowTest {
  private final JsonNode workflow =
      Repository.document(Repository.text(".github/workflows/build.yml"));

  @Test
  void shouldRunWhatContributorsRun() {
    assertThat(steps("run")).contains(".ci/run");
    assertThat(Repository.file(".ci/run")).isExecutable();
  }

  @Test
  void shouldNameProfilesThatExist() {
    String profiles = Repository.text("pom.xml") + Repository.text("deploy/pom.xml");

    assertThat(steps("run"))
        .filteredOn(command -> command.contains("mvn "))
        .hasSizeGreaterThan(1)
        .allSatisfy(
            command -> {
              String profile = command.replaceAll("(?s).*-P([a-z]+) .*", "$1");
              assertThat(profiles).contains("<id>" + profile + "</id>");
            });
  }

  @Test
  void shouldUseExactVersionsAndFewRights() {
    assertThat(steps("uses"))
        .isNotEmpty()
        .allMatch(action -> action.matches("\\S+@v\\d+\\.\\d+\\.\\d+"));
    assertThat(workflow.path("permissions").toString()).isEqualTo("{\"contents\":\"read\"}");
  }

  private List<String> steps(String what) {
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
