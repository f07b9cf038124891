package io.kspan.topology.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingValuesTest {
  private static final ConfigDef DEFINITION =
      new ConfigDef()
          .define("the.servers", Type.STRING, ConfigDef.NO_DEFAULT_VALUE, Importance.HIGH, "Who.")
          .define("a.time.ms", Type.LONG, 10_000, Importance.LOW, "")
          .define("a.size.bytes", Type.INT, 4096, Importance.LOW, "")
          .define("a.number", Type.INT, 3, Importance.LOW, "")
          .define("a.choice", Type.BOOLEAN, false, Importance.LOW, "");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.time.ms    | 10s    | a whole number of milliseconds, such as 10000",
        "a.time.ms    | 1.5    | a whole number of milliseconds, such as 10000",
        "a.time.ms    | ''     | a whole number of milliseconds, such as 10000",
        "a.size.bytes | 4k     | a whole number of bytes, such as 4096",
        "a.number     | three  | a whole number, such as 3",
        "a.number     | 2147483648 | a whole number, such as 3",
        "a.choice     | yes    | true or false"
      })
  void shouldSayWhatToWrite(String key, String value, String wanted) {
    assertThatThrownBy(() -> checked(Map.of("the.servers", "x", key, value)))
        .isInstanceOf(ConfigException.class)
        .hasMessage("Invalid value " + value + " for configuration " + key + ": " + wanted);
  }

  @Test
  void shouldSayWhereToGiveWhatIsMissing() {
    assertThatThrownBy(() -> checked(Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "the.servers is missing: give it with --set the.servers=..., as KSPAN_THE_SERVERS in the environment,"
                + " or in a file with --config; Who.");
  }

  @Test
  void shouldLeaveWhatCanBeRead() {
    Map<String, String> given =
        Map.of(
            "the.servers", "x", "a.time.ms", " 5 ", "a.choice", "TRUE", "a.number", "2147483647");

    assertThat(checked(given)).isEqualTo(given);
  }

  private static Map<String, String> checked(Map<String, String> given) {
    return SettingValues.checked(DEFINITION, given);
  }
}
