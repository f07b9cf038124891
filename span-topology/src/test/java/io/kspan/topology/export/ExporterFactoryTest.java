package io.kspan.topology.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.kspan.testsupport.SelfSigned;
import io.kspan.testsupport.otlp.GrpcBackend;
import io.kspan.testsupport.otlp.OtlpBackend;
import io.kspan.topology.export.Verdict.Kind;
import io.kspan.topology.otlp.OtlpEncoder;
import io.kspan.topology.otlp.Traces;
import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
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
class ExporterFactoryTest {
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
          .as("whom nobody has reason to trust")
          .isEqualTo(Kind.RETRY);
    }
  }

  @Test
  void shouldPreferTheVariablesForTraces() throws IOException {
    try (OtlpBackend backend = new OtlpBackend(httpsThatAsksForACertificate(), "/custom/path")) {
      Verdict verdict =
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

      assertThat(verdict).isEqualTo(new Verdict(Kind.ACCEPTED, ""));
      assertThat(backend.spans()).hasSize(2);
      assertThat(backend.lastHeaders)
          .containsEntry("x-tenant", "traces")
          .containsEntry("content-encoding", "gzip");
    }
  }

  @Test
  void shouldAppendThePathToTheGeneralEndpoint() throws IOException {
    try (OtlpBackend backend = new OtlpBackend(0)) {
      Verdict verdict =
          export(
              Map.of(
                  "OTEL_EXPORTER_OTLP_ENDPOINT",
                  backend.url(),
                  "OTEL_EXPORTER_OTLP_PROTOCOL",
                  "http/protobuf"));

      assertThat(verdict.kind()).isEqualTo(Kind.ACCEPTED);
      assertThat(backend.spans()).hasSize(2);
    }
  }

  @Test
  void shouldGiveUpAnAttemptThatIsNotAnswered() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Verdict verdict =
          export(
              Map.of(
                  "OTEL_EXPORTER_OTLP_ENDPOINT",
                  "http://127.0.0.1:" + silent.getLocalPort(),
                  "OTEL_EXPORTER_OTLP_PROTOCOL",
                  "http/protobuf",
                  "OTEL_EXPORTER_OTLP_TIMEOUT",
                  "100"));

      assertThat(verdict.kind()).isEqualTo(Kind.RETRY);
      assertThat(verdict.message()).contains("timeout");
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

  private static Verdict export(Map<String, String> environment) {
    List<SpanData> spans =
        new SpanReader().read(new OtlpEncoder().encode(Traces.trace(1, 2, 10)).get(0));
    try (SpanExporter exporter =
        ExporterFactory.create(
            Map.of(),
            environment,
            new Objections(
                ComponentLoader.forClassLoader(ExporterFactoryTest.class.getClassLoader())))) {
      CompletableResultCode answer = exporter.export(spans).join(60, TimeUnit.SECONDS);
      assertThat(answer.isDone()).isTrue();
      return Verdict.of(answer);
    }
  }
}
