package io.kspan.topology.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.topology.export.Verdict.Kind;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.GrpcStatusCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerdictTest {

  @ParameterizedTest
  @CsvSource({
    "400, REFUSED",
    "413, REFUSED",
    "422, REFUSED",
    "401, RETRY",
    "403, RETRY",
    "404, RETRY",
    "408, RETRY",
    "429, RETRY",
    "500, RETRY",
    "502, RETRY",
    "503, RETRY",
    "504, RETRY",
    "302, RETRY"
  })
  void shouldRefuseOnlyForWhatTheDataIs(int status, Kind expected) {
    Verdict verdict = Verdict.of(Answers.http(status, "\n\u0005broken"));
    assertThat(verdict.kind()).isEqualTo(expected);
    assertThat(verdict.message()).isEqualTo("HTTP " + status + " Status: broken");
  }

  @ParameterizedTest
  @CsvSource({
    "INVALID_ARGUMENT, bad span, REFUSED",
    "RESOURCE_EXHAUSTED, grpc: received message larger than max (5 vs. 4), REFUSED",
    "RESOURCE_EXHAUSTED, slow down, RETRY",
    "UNAVAILABLE, gone, RETRY",
    "UNAUTHENTICATED, who, RETRY",
    "INTERNAL, oops, RETRY"
  })
  void shouldReadGrpcCodes(GrpcStatusCode code, String description, Kind expected) {
    Verdict verdict = Verdict.of(Answers.grpc(code, description));
    assertThat(verdict.kind()).isEqualTo(expected);
    assertThat(verdict.message()).isEqualTo("gRPC " + code + ": " + description);
  }

  @Test
  void shouldRetryWhatHasNoAnswer() {
    assertThat(Verdict.of(Answers.unreachable()))
        .isEqualTo(new Verdict(Kind.RETRY, "IOException: Connection refused"));
    assertThat(Verdict.of(CompletableResultCode.ofFailure()).kind()).isEqualTo(Kind.RETRY);
    assertThat(Verdict.of(Answers.accepted())).isEqualTo(new Verdict(Kind.ACCEPTED, ""));
  }
}
