package io.kspan.topology.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.kspan.testsupport.SelfSigned;
import io.kspan.testsupport.otlp.GrpcBackend;
import io.kspan.testsupport.otlp.OtlpBackend;
import io.kspan.topology.export.ExportResult.Kind;
import io.kspan.topology.otlp.OtlpEncoder;
import io.kspan.topology.otlp.Signal;
import io.kspan.topology.otlp.Traces;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The standard variables, against servers that insist on what they say. */
class OtlpSenderTest {
  @TempDir private static Path folder;
  private static SelfSigned tls;

  @BeforeAll
  static void makeCertificate() throws IOException, InterruptedException, GeneralSecurityException {
    tls = SelfSigned.create(folder);
  }

  @Test
  void shouldSpeakGrpcOverTls() throws IOException {
    try (GrpcBackend backend = new GrpcBackend(tls)) {
      Map<String, String> environment =
          Map.of(
              "OTEL_EXPORTER_OTLP_ENDPOINT",
              "https://127.0.0.1:" + backend.port(),
              "OTEL_EXPORTER_OTLP_CERTIFICATE",
              tls.certificate().toString());

      assertThat(export(environment).kind()).isEqualTo(Kind.ACCEPTED);
      assertThat(backend.spans()).hasSize(2);
      assertThat(
              export(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "https://127.0.0.1:" + backend.port()))
                  .kind())
          .as("a certificate that is not trusted")
          .isEqualTo(Kind.RETRY);
    }
  }

  @Test
  void shouldPreferTheVariablesForTraces() throws IOException {
    try (OtlpBackend backend = new OtlpBackend(httpsThatAsksForACertificate(), "/custom/path")) {
      ExportResult result =
          export(
              Map.ofEntries(
                  Map.entry("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"),
                  Map.entry(
                      "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
                      "https://127.0.0.1:" + backend.port() + "/custom/path"),
                  Map.entry("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
                  Map.entry("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf"),
                  Map.entry("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=general"),
                  Map.entry("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "x-tenant=traces"),
                  Map.entry("OTEL_EXPORTER_OTLP_COMPRESSION", "none"),
                  Map.entry("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "gzip"),
                  Map.entry("OTEL_EXPORTER_OTLP_TIMEOUT", "1"),
                  Map.entry("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "60000"),
                  Map.entry("OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE", tls.certificate().toString()),
                  Map.entry("OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY", tls.key().toString()),
                  Map.entry(
                      "OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE",
                      tls.certificate().toString())));

      assertThat(result).isEqualTo(new ExportResult(Kind.ACCEPTED, "", "", 0));
      assertThat(backend.spans()).hasSize(2);
      assertThat(backend.lastHeaders)
          .containsEntry("x-tenant", "traces")
          .containsEntry("content-encoding", "gzip");
    }
  }

  @Test
  void shouldAppendThePathToTheGeneralEndpoint() throws IOException {
    try (OtlpBackend backend = new OtlpBackend(0)) {
      ExportResult result =
          export(
              Map.of(
                  "OTEL_EXPORTER_OTLP_ENDPOINT",
                  backend.url(),
                  "OTEL_EXPORTER_OTLP_PROTOCOL",
                  "http/protobuf"));

      assertThat(result.kind()).isEqualTo(Kind.ACCEPTED);
      assertThat(backend.spans()).hasSize(2);
    }
  }

  @Test
  void shouldSendLogsWhereTheirVariablesSay() throws IOException {
    try (OtlpBackend backend = new OtlpBackend(0)) {
      Map<String, String> general =
          Map.of(
              "OTEL_EXPORTER_OTLP_ENDPOINT",
              backend.url(),
              "OTEL_EXPORTER_OTLP_PROTOCOL",
              "http/protobuf");
      Map<String, String> own =
          Map.of(
              "OTEL_EXPORTER_OTLP_ENDPOINT",
              "http://127.0.0.1:1",
              "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
              backend.url() + "/v1/logs",
              "OTEL_EXPORTER_OTLP_LOGS_PROTOCOL",
              "http/protobuf");
      byte[] logs = new OtlpEncoder().encodeLogs(Traces.trace(1, 2, 10), true).get(0);

      assertThat(export(Signal.LOGS, general, logs).kind()).isEqualTo(Kind.ACCEPTED);
      assertThat(export(Signal.LOGS, own, logs).kind()).isEqualTo(Kind.ACCEPTED);
      assertThat(backend.logs()).hasSize(4);
      assertThat(backend.spans()).isEmpty();
      try (OtlpSender sender = new OtlpSender(Signal.LOGS, Map.of(), own)) {
        assertThat(sender.endpoint()).isEqualTo(backend.url() + "/v1/logs");
        assertThat(sender.protocol()).isEqualTo("http/protobuf");
      }
    }
  }

  @Test
  void shouldGiveUpAnAttemptThatIsNotAnswered() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      ExportResult result =
          export(
              Map.of(
                  "OTEL_EXPORTER_OTLP_ENDPOINT",
                  "http://127.0.0.1:" + silent.getLocalPort(),
                  "OTEL_EXPORTER_OTLP_PROTOCOL",
                  "http/protobuf",
                  "OTEL_EXPORTER_OTLP_TIMEOUT",
                  "100"));

      assertThat(result.kind()).isEqualTo(Kind.RETRY);
      assertThat(result.message()).contains("timeout");
    }
  }

  private static HttpsServer httpsThatAsksForACertificate() throws IOException {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(tls.context()) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters wanted = getSSLContext().getDefaultSSLParameters();
            wanted.setNeedClientAuth(true);
            parameters.setSSLParameters(wanted);
          }
        });
    return server;
  }

  private static ExportResult export(Map<String, String> environment) {
    byte[] request = new OtlpEncoder().encode(Traces.trace(1, 2, 10)).get(0);
    return export(Signal.TRACES, environment, request);
  }

  private static ExportResult export(
      Signal signal, Map<String, String> environment, byte[] request) {
    try (OtlpSender sender = new OtlpSender(signal, Map.of(), environment)) {
      return sender
          .send(new Batch(Batch.Kind.WHOLE, List.of(), List.of(request), 2))
          .orTimeout(60, TimeUnit.SECONDS)
          .join();
    }
  }
}
