package io.kspan.topology.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.topology.export.ExportResult.Kind;
import io.opentelemetry.sdk.common.export.GrpcStatusCode;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExportResultTest {

  @ParameterizedTest
  @CsvSource({
    "400, REFUSED",
    "413, REFUSED",
    "422, REFUSED",
    "431, REFUSED",
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
  void shouldRefuseOnlyIfTheAnswerIsAboutTheData(int status, Kind expected) {
    assertThat(FakeSender.http(status, "\n\u0005broken"))
        .isEqualTo(
            new ExportResult(
                expected, "HTTP " + status + " Status: broken", Integer.toString(status), 0));
  }

  @ParameterizedTest
  @CsvSource({
    "INVALID_ARGUMENT, bad span, REFUSED",
    "RESOURCE_EXHAUSTED, grpc: received message larger than max (5 vs. 4), REFUSED",
    "RESOURCE_EXHAUSTED, slow down, RETRY",
    "UNAVAILABLE, down, RETRY",
    "UNAUTHENTICATED, who, RETRY",
    "INTERNAL, oops, RETRY"
  })
  void shouldReadGrpcCodes(GrpcStatusCode code, String description, Kind expected) {
    assertThat(FakeSender.grpc(code, description))
        .isEqualTo(new ExportResult(expected, "gRPC " + code + ": " + description, code.name(), 0));
  }

  @Test
  void shouldRetryWithoutAnAnswer() {
    assertThat(FakeSender.unreachable())
        .isEqualTo(
            new ExportResult(Kind.RETRY, "IOException: Connection refused", "IOException", 0));
    Throwable failure = new RuntimeException(null, new IOException("reset", new Error()));
    assertThat(ExportResult.of(failure))
        .isEqualTo(new ExportResult(Kind.RETRY, "IOException: reset", "Error", 0));
  }

  @Test
  void shouldReadThePartialSuccessOfAnAcceptedRequest() {
    assertThat(FakeSender.partial(2, "too old"))
        .isEqualTo(new ExportResult(Kind.ACCEPTED, "too old", "", 2));
    ExportResult accepted = new ExportResult(Kind.ACCEPTED, "", "", 0);
    assertThat(FakeSender.accepted()).isEqualTo(accepted);
    assertThat(FakeSender.http(202, "{\"partialSuccess\":{}}")).isEqualTo(accepted);
    assertThat(FakeSender.grpc(GrpcStatusCode.OK, "")).isEqualTo(accepted);
  }
}
