package io.kspan.topology.waterfall.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.kspan.topology.waterfall.OtlpReader;
import io.kspan.topology.waterfall.ReceivedSpan;
import io.kspan.topology.waterfall.ReceivedTrace;
import io.kspan.topology.waterfall.Sample;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the script of a live page asks for, over HTTP. */
class PageEndpointTest {
  private static final String BASE = "/kspan";
  private static final int MANY = 10_000;

  private final RecentTraces traces =
      new RecentTraces(
          new RecentTraces.Limits(MANY, 10 * MANY), Duration.ZERO, Duration.ofSeconds(5));
  private final HttpClient client = HttpClient.newHttpClient();
  private volatile OpenTraces open = OpenTraces.EMPTY;
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", new PageEndpoint(traces, () -> open, PageEndpoint::isLoopback, BASE));
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void shouldTellWhatIsNewWhatHasChangedAndWhatIsGone() throws Exception {
    add("a", span("1", "", Map.of()));
    JsonNode first = update("");
    assertThat(first.path("reset").asBoolean()).isTrue();
    assertThat(first.path("traces").findValuesAsText("spanCount")).containsExactly("1");
    assertThat(first.at("/traces/0").has("spans")).isFalse();
    assertThat(first.at("/open/traces")).isEmpty();

    JsonNode same = update(next(first));
    assertThat(next(same)).isEqualTo(next(first));
    assertThat(same.path("traces")).isEmpty();
    assertThat(same.has("open")).as("as before").isFalse();

    add("a", span("2", "1", Map.of()));
    JsonNode second = update(next(first));
    assertThat(second.path("reset").asBoolean()).isFalse();
    assertThat(second.at("/traces/0/spanCount").asInt()).isEqualTo(2);
    assertThat(second.at("/traces/0/version")).isNotEqualTo(first.at("/traces/0/version"));
  }

  @Test
  void shouldAnswerAnUnknownTokenWithEverything() throws Exception {
    add("a", span("1", "", Map.of()));
    for (String token : List.of("x", "of-another-run-1-1", "%zz", "1-1", "-", "%00<script>")) {
      HttpResponse<String> answer =
          get("/traces.json?since=" + URLEncoder.encode(token, StandardCharsets.UTF_8));
      JsonNode json = new ObjectMapper().readTree(answer.body());
      assertThat(json.path("reset").asBoolean()).as(token).isTrue();
      assertThat(json.path("traces")).hasSize(1);
      assertThat(json.path("open").isObject()).isTrue();
    }
    assertThat(get("/traces.json").statusCode()).isEqualTo(200);
  }

  @Test
  void shouldSendTheSpansOfOneTrace() throws Exception {
    add("a", span("1", "", Map.of()), span("2", "1", Map.of()));

    JsonNode trace = json("/trace.json?id=a");

    assertThat(trace.path("spans")).hasSize(2);
    assertThat(trace.at("/resources/0/service.name").asText()).isEqualTo("kubelet");
    HttpResponse<String> unknown = get("/trace.json?id=%3Cb%3E");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(unknown.body()).contains("Trace '<b>' is neither among those kept here nor open");
    assertThat(unknown.headers().firstValue("Content-Type")).contains("text/plain; charset=utf-8");
  }

  @Test
  void shouldShowWhatIsOpenUntilItIsFinished() throws Exception {
    add("old", span("0", "", Map.of()));
    String before = next(update(""));
    ReceivedSpan root = span("1", "", Map.of("kspan.provisional", true, "word", "x"));
    open =
        new OpenTraces(
            List.of(trace("hanging", root), trace("hanging", root)), List.of("<p> is away"));

    JsonNode opened = update(before);
    assertThat(opened.path("traces")).isEmpty();
    assertThat(opened.at("/open/traces").findValuesAsText("id")).contains("hanging");
    assertThat(opened.at("/open/traces")).as("named twice").hasSize(1);
    assertThat(opened.at("/open/traces/0/open").asBoolean()).isTrue();
    assertThat(opened.at("/open/missing/0").asText()).isEqualTo("<p> is away");
    assertThat(json("/trace.json?id=hanging").path("spans")).hasSize(1);
    assertThat(json("/search.json?q=started+hang").path("ids").get(0).asText())
        .isEqualTo("hanging");
    open = new OpenTraces(List.of(trace("hanging", root)), List.of("<p> is away"));
    assertThat(next(update(next(opened)))).as("the same again").isEqualTo(next(opened));

    ReceivedSpan child = span("2", "1", Map.of("kspan.provisional", true));
    open = new OpenTraces(List.of(trace("hanging", root, child)), List.of());
    JsonNode grown = update(next(opened));
    assertThat(grown.at("/open/traces/0/spanCount").asInt()).isEqualTo(2);
    assertThat(grown.at("/open/missing")).isEmpty();

    add("hanging", root);
    assertThat(update("").at("/open/traces")).as("only its root is known").hasSize(1);
    assertThat(json("/trace.json?id=hanging").path("spans")).hasSize(2);
    add("hanging", span("1", "", Map.of()));
    JsonNode finished = update(next(grown));
    assertThat(finished.at("/open/traces")).isEmpty();
    assertThat(finished.at("/traces/0/id").asText()).isEqualTo("hanging");
    assertThat(finished.at("/traces/0").has("open")).isFalse();
    assertThat(json("/trace.json?id=hanging").path("spans")).hasSize(1);
    assertThat(json("/search.json?q=hang").path("ids")).hasSize(1);
  }

  @Test
  void shouldAnswerForTenThousandTracesWithWhatHasChanged() throws Exception {
    String hostile = "</script>\u2028<!--\uD83D\uDE00\"\\\0";
    for (int i = 0; i < MANY; i++) {
      add("t" + i, span("r" + i, "", Map.of("k8s.object.name", "web-" + i, "k", hostile)));
    }
    HttpResponse<byte[]> all =
        client.send(
            request("/traces.json?since=").header("Accept-Encoding", "br;q=1, GZIP").build(),
            BodyHandlers.ofByteArray());
    assertThat(all.headers().firstValue("Content-Encoding")).contains("gzip");
    JsonNode everything =
        new ObjectMapper()
            .readTree(new GZIPInputStream(new ByteArrayInputStream(all.body())).readAllBytes());
    assertThat(everything.path("traces")).hasSize(MANY);
    assertThat(everything.path("traces").path(7).path("root").path("attributes").path("k").asText())
        .isEqualTo(hostile);

    add("one-more", span("x", "", Map.of()));
    HttpResponse<String> change = get("/traces.json?since=" + next(everything));
    assertThat(change.body().length()).isLessThan(1_000);
    JsonNode json = new ObjectMapper().readTree(change.body());
    assertThat(json.path("removed").get(0).asText()).isEqualTo("t0");
    assertThat(json.path("traces")).hasSize(1);
    assertThat(json("/search.json?q=web-777+pod").path("ids")).hasSize(11);
    assertThat(json("/search.json?q=%3C/SCRIPT").path("ids")).isEmpty();
  }

  @Test
  void shouldBePlainForThoseWhoDoNotAskForGzip() throws Exception {
    for (String accepted : List.of("gzip;q=0", "gzip; q=0.0", "identity", "gzipped")) {
      HttpResponse<String> page =
          client.send(
              request("/").header("Accept-Encoding", accepted).build(), BodyHandlers.ofString());
      assertThat(page.headers().firstValue("Content-Encoding")).as(accepted).isEmpty();
      assertThat(page.body()).startsWith("<!DOCTYPE html>");
    }
  }

  @Test
  void shouldBeBelowItsBasePathOnly() throws Exception {
    assertThat(get("/").body()).contains("\"live\":true");
    assertThat(get("").headers().firstValue("Location")).contains("/kspan/");
    assertThat(get("").statusCode()).isEqualTo(308);
    assertThat(get("/nothing").statusCode()).isEqualTo(404);
    HttpRequest above = HttpRequest.newBuilder(uri("/").resolve("/")).build();
    HttpResponse<String> answer = client.send(above, BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).isEqualTo("There is nothing here; the traces are at /kspan/");
    HttpRequest post = request("/traces.json").POST(HttpRequest.BodyPublishers.noBody()).build();
    assertThat(client.send(post, BodyHandlers.ofString()).statusCode()).isEqualTo(405);
    for (String wrong : List.of("/", "kspan", "/kspan/")) {
      assertThatThrownBy(
              () -> new PageEndpoint(traces, () -> open, PageEndpoint::isLoopback, wrong))
          .hasMessageContaining("'" + wrong + "' must begin with /");
    }
  }

  @Test
  void shouldKnowTheNamesOfTheLoopbackInterface() {
    assertThat(List.of("127.0.0.1:80", "localhost", "[::1]:4318"))
        .allMatch(PageEndpoint::isLoopback);
    assertThat(List.of("", "evil.example", "localhost.evil.example:80", "127.0.0.1:80:80"))
        .noneMatch(PageEndpoint::isLoopback);
  }

  private void add(String traceId, ReceivedSpan... spans) {
    traces.add(
        List.of(spans).stream().map(one -> new OtlpReader.Received(traceId, one)).toList(), 0);
  }

  private static ReceivedTrace trace(String id, ReceivedSpan... spans) {
    return new ReceivedTrace(id, List.of(spans));
  }

  private static ReceivedSpan span(String id, String parent, Map<String, Object> attributes) {
    return Sample.with(Sample.span(id, parent, 0, 5), new TreeMap<>(attributes));
  }

  private static String next(JsonNode update) {
    return update.path("next").asText();
  }

  private JsonNode update(String since) throws Exception {
    return json("/traces.json?since=" + since);
  }

  private JsonNode json(String path) throws Exception {
    HttpResponse<String> answer = get(path);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new ObjectMapper().readTree(answer.body());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(request(path).build(), BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(path));
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + BASE + path);
  }
}
