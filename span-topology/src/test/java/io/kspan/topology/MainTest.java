package io.kspan.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.topology.cli.Shutdown;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  private static final String SERVERS = "--set=bootstrap.servers=localhost:1";

  private final CommandRun command = new CommandRun();

  private int execute(Map<String, String> environment, String... args) {
    return command.execute(new Shutdown(), environment, args);
  }

  @Test
  void shouldDescribeWithTheEnvironmentBelowTheOptions() {
    Map<String, String> environment =
        Map.of("KSPAN_TRACE_SETTLE_MS", "1", "KSPAN_TRACE_FAILING_MS", "2");
    assertThat(execute(environment, "describe", SERVERS, "--set=trace.settle.ms=3")).isZero();
    assertThat(command.out())
        .contains("trace.settle.ms=3\n", "trace.failing.ms=2\n", "Source: read-lineage");
  }

  @Test
  void shouldHideSecrets() {
    String password = "--set=kafka.ssl.key.password=geheim";
    String login = "--set=kafka.sasl.jaas.config=geheim";
    assertThat(execute(Map.of(), "describe", SERVERS, password, login)).isZero();
    assertThat(command.out()).doesNotContain("geheim").contains("ssl.key.password=[hidden]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "trace.setle=1 | Unknown setting trace.setle (did you mean trace.settle.ms?);",
        "root.retention.ms=899999 | trace.max.duration.ms (600000); raise",
        "watermark.lateness.ms=soon | soon for configuration watermark.lateness.ms: must be milliseconds, at least 0, or 'infinite'"
      })
  void shouldRefuseBadSettingsOfRun(String setting, String message) {
    assertThat(execute(Map.of(), "run", SERVERS, "--set", setting)).isEqualTo(2);
    assertThat(command.err()).startsWith("error: ").contains(message).hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "sink"})
  void shouldTellTheExitCodes(String name) {
    assertThat(execute(Map.of(), name, "--help")).isZero();
    assertThat(command.out())
        .containsPattern("(?s)Exit codes:\\R +0 +stopped .*1 +a broker.*2 +a setting.*");
  }

  @ParameterizedTest
  @CsvSource({
    "--wait=soon, soon",
    "--wait=-1s, -1s",
    "--connect-url=connect:8083, --connect-url",
    "--set=sink.grup.id=x, sink.group.id",
    "--set=trace.settle.ms=x, trace.settle.ms",
  })
  void shouldRefuseBadSettingsOfDoctor(String option, String message) {
    assertThat(execute(Map.of(), "doctor", SERVERS, option)).isEqualTo(2);
    assertThat(command.err()).startsWith("error: ").contains(message).hasLineCount(1);
  }

  @Test
  void shouldTakeOptionsOfDoctorFromTheEnvironment() {
    String[] doctor = {"doctor", SERVERS};
    assertThat(execute(Map.of("KSPAN_DOCTOR_CONNECT_URL", "geheim"), doctor)).isEqualTo(2);
    assertThat(command.err()).contains("KSPAN_DOCTOR_CONNECT_URL").doesNotContain("geheim");
    assertThat(execute(Map.of("KSPAN_DOCTOR_WAIT", "soon"), doctor)).isEqualTo(2);
    assertThat(command.err()).contains("--wait 'soon'");
    assertThat(execute(Map.of("KSPAN_DOCTOR_WEIT", "1s"), doctor)).isEqualTo(2);
    assertThat(command.err()).contains("did you mean KSPAN_DOCTOR_WAIT");
  }

  @Test
  void shouldNotTakeOptionsOfDoctorForSettings() {
    assertThat(execute(Map.of("KSPAN_DOCTOR_WAIT", "1s"), "describe", SERVERS)).isZero();
  }

  @Test
  void shouldNameTheSettingsFileThatCannotBeRead() {
    assertThat(execute(Map.of(), "sink", "--config", "no-such-file")).isEqualTo(2);
    assertThat(command.err()).contains("no-such-file").hasLineCount(1);
  }
}
