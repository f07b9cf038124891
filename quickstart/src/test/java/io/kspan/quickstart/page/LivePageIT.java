package io.kspan.quickstart.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kspan.quickstart.receiver.OtlpReceiver;
import io.kspan.testsupport.otlp.MadeUpRequests;
import io.kspan.topology.waterfall.page.TracesPage;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The page of a receiver, while traces come in. */
@NeedsBrowser
class LivePageIT extends PageTest {

  @Test
  void shouldShowTracesAsTheyComeAndKeepThemWhenTheReceiverIsGone() throws Exception {
    OtlpReceiver receiver = new OtlpReceiver("127.0.0.1", 0, trace -> {});
    try {
      receiver.start();
      browser.open(receiver.address().toString());
      assertThat(browser.text("#list-empty")).startsWith("No trace yet");
      browser.await(() -> assertThat(browser.text("#live")).isEqualTo("● live"));

      send(receiver, span(1, 1, 0, "Deployment.Update"));
      browser.await(
          () ->
              assertThat(browser.texts("#list .body .name")).containsExactly("Deployment.Update"));
      send(receiver, span(2, 7, 0, "Job.Create"));
      browser.await(() -> assertThat(browser.all("#list .body .row")).hasSize(2));
      assertThat(browser.one("#announce").getDomProperty("textContent")).isEqualTo("1 new trace");

      browser.click("#list .body [aria-rowindex=\"3\"]");
      browser.await(() -> assertThat(browser.texts("#tree .body .row")).hasSize(1));
      send(receiver, span(1, 2, 1, "Pod.Started"));
      browser.await(() -> assertThat(browser.texts("#tree .body .row")).hasSize(2));
      assertThat(browser.console()).isEmpty();
      assertThat(browser.requests()).allMatch(url -> url.startsWith(receiver.address().toString()));

      receiver.close();
      browser.await(() -> assertThat(browser.text("#live")).contains("does not answer"));
      assertThat(browser.texts("#tree .body .row")).hasSize(2);
    } finally {
      receiver.close();
    }
  }

  /**
   * Asked twice for what it cannot show at first; a trace that it can never show hides no other.
   */
  @Test
  void shouldAskAgainForWhatItCouldNotShow() throws Exception {
    String good =
        "{\"next\":\"second\",\"reset\":true,\"removed\":[],\"open\":{\"traces\":[],\"missing\":[]},"
            + "\"traces\":[{\"id\":\"broken\"},{\"id\":\"1\",\"start\":\"1\",\"duration\":1,\"cluster\":\"\","
            + "\"root\":{\"id\":\"2\",\"name\":\"Shown\",\"start\":0,\"duration\":1,\"attributes\":{}},"
            + "\"spanCount\":1,\"errors\":0,\"components\":[],\"about\":\"\",\"links\":[],\"failures\":[],"
            + "\"nodes\":[],\"version\":1}]}";
    List<String> answers = List.of("{\"next\":\"first\"}", good);
    List<String> asked = new CopyOnWriteArrayList<>();
    StringWriter document = new StringWriter();
    TracesPage.live().write(document, List.of());
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> answer(exchange, "text/html", document.toString()));
    server.createContext(
        "/traces.json",
        exchange -> {
          asked.add(exchange.getRequestURI().getQuery());
          int last = answers.size() - 1;
          answer(exchange, "application/json", answers.get(Math.min(asked.size() - 1, last)));
        });
    server.start();
    try {
      browser.open("http://127.0.0.1:" + server.getAddress().getPort() + "/");
      browser.await(() -> assertThat(browser.text("#live")).contains("cannot be shown"));
      browser.await(() -> assertThat(browser.texts("#list .body .name")).containsExactly("Shown"));

      assertThat(browser.text("#live")).isEqualTo("● live");
      browser.await(() -> assertThat(asked).startsWith("since=", "since=", "since=second"));
    } finally {
      server.stop(0);
    }
  }

  private static void answer(HttpExchange exchange, String type, String text) throws IOException {
    try (exchange) {
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static void send(OtlpReceiver receiver, Span.Builder span) throws Exception {
    byte[] body = MadeUpRequests.request(span).toByteArray();
    HttpRequest request =
        HttpRequest.newBuilder(receiver.address().resolve("/v1/traces"))
            .header("Content-Type", "application/x-protobuf")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    assertThat(HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode())
        .isEqualTo(200);
  }

  private static Span.Builder span(int trace, int id, int parent, String name) {
    return MadeUpRequests.span(
        MadeUpTraces.id(trace),
        MadeUpTraces.spanId(id),
        parent == 0 ? "" : MadeUpTraces.spanId(parent),
        name,
        MadeUpTraces.START + id,
        MadeUpTraces.START + 5_000_000);
  }
}
