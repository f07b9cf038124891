package io.kspan.topology.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ReplayCommandTest {
  private static final String TIME = "2026-11-20T20:00:00Z";

  private String refusal(String... arguments) {
    List<String> all = new ArrayList<>(List.of("--set", "bootstrap.servers=localhost:1"));
    all.addAll(List.of(arguments));
    StringWriter message = new StringWriter();
    CommandLine command =
        new CommandLine(new ReplayCommand(Map.of(), new Shutdown()))
            .setErr(new PrintWriter(message));
    command.setExecutionExceptionHandler(
        (thrown, line, parsed) -> {
          message.append(thrown.getMessage());
          return thrown instanceof ConfigException ? 2 : 1;
        });
    assertThat(command.execute(all.toArray(String[]::new))).isEqualTo(2);
    return message.toString();
  }

  @Test
  void shouldAskForABeginning() {
    assertThat(refusal()).contains("--from is missing", TIME);
  }

  @ParameterizedTest
  @CsvSource({"yesterday", "2026-11-20", "2026-11-20T20:00:00"})
  void shouldNameATimeThatIsNone(String time) {
    assertThat(refusal("--from", time)).contains("--from '" + time + "' is no RFC 3339 time");
    assertThat(refusal("--from", TIME, "--to", time)).contains("--to '" + time + "'");
  }

  @Test
  void shouldRefuseARangeThatEndsBeforeItBegins() {
    assertThat(refusal("--from", TIME, "--to", "2026-11-20T21:00:00+01:00"))
        .contains("--to must be later than --from");
  }

  @Test
  void shouldRefuseAPageThatCannotBeWrittenBeforeAnythingIsRead(@TempDir Path folder) {
    Path page = folder.resolve("none").resolve("traces.html");
    assertThat(refusal("--from", TIME, "--html", page.toString()))
        .contains("--html " + page + " cannot be written");
    assertThat(refusal("--from", TIME, "--html", folder.toString())).contains("is a directory");
  }

  @Test
  void shouldRefuseToShowNothing() {
    assertThat(refusal("--from", TIME, "--dry-run", "--max-spans", "0")).contains("--max-spans 0");
  }

  @Test
  void shouldRefuseSettingsThatTheLiveRunCannotHave() {
    assertThat(refusal("--from", TIME, "--set", "watermark.lateness.ms=infinite"))
        .contains("watermark.lateness.ms", "captures");
    assertThat(refusal("--from", TIME, "--set", "trace.setle.ms=1")).contains("trace.setle.ms");
    assertThat(refusal("--from", TIME, "--name", "My-Replay")).contains("'My-Replay'");
  }
}
