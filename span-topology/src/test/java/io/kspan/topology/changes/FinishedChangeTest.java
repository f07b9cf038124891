package io.kspan.topology.changes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kspan.topology.errors.BadInputException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FinishedChangeTest {
  static final String FINISHED =
      "{'specversion':'1.0','id':'c/u/2/finished','source':'/clusters/c',"
          + "'type':'io.kspan.change.finished.0.1.0','subject':'Deployment/shop/web',"
          + "'time':'2026-01-01T10:00:05Z','datacontenttype':'application/json',"
          + "'traceparent':'00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',"
          + "'data':{'cluster':'c','root':{'kind':'Deployment','namespace':'shop','name':'web'},"
          + "'generation':2,'changed':{},'traceId':'0af7651916cd43dd8448eb211c80319c',"
          + "'start':'2026-01-01T10:00:00Z','duration':5.5,'outcome':'succeeded',"
          + "'finishedBy':'settled','failedSince':'2026-01-01T09:00:00Z',"
          + "'commitTime':'2026-01-01T08:00:00Z'}}";

  public static byte[] json(String quoted) {
    return quoted.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  private static FinishedChange read(String quoted) {
    return FinishedChange.read(json(quoted)).orElseThrow();
  }

  @Test
  void shouldReadWhatMetricsNeed() {
    assertThat(ChangeSchema.problems(json(FINISHED))).isEmpty();
    FinishedChange change = read(FINISHED);

    assertThat(change.cluster()).isEqualTo("c");
    assertThat(change.namespace()).isEqualTo("shop");
    assertThat(change.kind()).isEqualTo("Deployment");
    assertThat(change.name()).isEqualTo("web");
    assertThat(change.outcome()).isEqualTo("succeeded");
    assertThat(change.duration()).isEqualTo(Duration.ofMillis(5500));
    assertThat(change.toRecover()).contains(Duration.ofMillis(3_605_500));
    assertThat(change.leadTime()).contains(Duration.ofMillis(7_205_500));
    assertThat(change.trace().isSampled()).isTrue();
    assertThat(change.trace().getTraceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
  }

  @Test
  void shouldKnowNoLeadTimeOfACommitThatIsLaterOrDidNotSucceed() {
    assertThat(read(FINISHED.replace("T08:00:00Z", "T10:01:00Z")).leadTime()).isEmpty();
    assertThat(read(FINISHED.replace("succeeded", "failed")).leadTime()).isEmpty();
  }

  @Test
  void shouldReadAChangeWithoutATrace() {
    assertThat(read(FINISHED.replace("traceparent", "x")).trace().isValid()).isFalse();
    assertThat(read(FINISHED.replace("00-0af7", "zz-0af7")).trace().isValid()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'specversion':'1.0'   | {'specversion':'0.3' | specversion is not 1.0",
        "change.finished.0.1.0  | change.finished.9.0.0 | type 'io.kspan.change.finished.9.0.0' is none",
        "'outcome':'succeeded'  | 'outcome':'fine' | outcome 'fine' is none of",
        "'outcome':'succeeded'  | 'outcome':7 | outcome '7' is none of",
        "'duration':5.5         | 'duration':-1 | duration is no number",
        "'duration':5.5         | 'duration':'long' | duration is no number",
        "'duration':5.5         | 'duration':1e300 | duration is no number",
        "'start':'2026-01-01T10:00:00Z' | 'start':'now' | start 'now' is no time",
        "'start':               | 'began': | start is missing",
        "'cluster':'c'          | 'cluster':{} | cluster is missing",
        "'root':                | 'object': | kind is missing",
        "'data':                | 'payload': | outcome is missing",
        "'commitTime':'2026     | 'commitTime':'26 | commitTime",
      })
  void shouldSayWhatIsWrong(String good, String bad, String message) {
    assertThat(FINISHED).contains(good.strip());
    assertThatThrownBy(() -> read(FINISHED.replace(good.strip(), bad.strip())))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(message.strip());
  }

  @ParameterizedTest
  @CsvSource({"hello, no JSON", "[], no JSON object", "null, no JSON object", "'{', no JSON"})
  void shouldSayThatItIsNoJson(String value, String message) {
    assertThatThrownBy(() -> read(value))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void shouldMeasureNothingOfABeginning() {
    assertThat(FinishedChange.read(json(FINISHED.replace("finished.0", "started.0")))).isEmpty();
  }
}
