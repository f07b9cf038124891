package io.kspan.topology.waterfall.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kspan.topology.waterfall.ReceivedTrace;
import io.kspan.topology.waterfall.Sample;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class TracesPageTest {
  private static final ReceivedTrace TRACE = Sample.trace("rolling-update", new TreeMap<>());

  @Test
  void shouldBeOneDocumentThatRefersToNothing() throws IOException {
    String page = written(TracesPage.file("A title"));

    assertThat(page).startsWith("<!DOCTYPE html>").doesNotContain("{{");
    assertThat(page).doesNotContainPattern("(src|href)=['\"](?!#|data:)");
    assertThat(page).doesNotContainPattern("@import|url\\(|innerHTML|insertAdjacentHTML|eval\\(");
    assertThat(written(TracesPage.file("A title"))).isEqualTo(page);
  }

  @Test
  void shouldAllowItsOwnScriptAndStyleAndNothingElse() throws Exception {
    String page = written(TracesPage.file(""));

    assertThat(policy(page))
        .isEqualTo(
            "default-src 'none'; script-src %s; style-src %s; img-src data:; base-uri 'none'; form-action 'none'"
                .formatted(hash(page, "<script>(.*)</script>"), hash(page, "<style>(.*)</style>")));
    assertThat(policy(written(TracesPage.live())))
        .isEqualTo(TracesPage.live().policy())
        .contains("connect-src 'self'");
  }

  @Test
  void shouldCarryItsTracesUnlessItAsksForThem() throws IOException {
    assertThat(written(TracesPage.file(""))).contains(TRACE.traceId(), "\"live\":false");
    assertThat(written(TracesPage.live()))
        .doesNotContain(TRACE.traceId())
        .contains("\"live\":true,\"traces\":[]");
  }

  @Test
  void shouldSayWhatListAndLinksNeedBesideTheSpans() throws IOException {
    JsonNode trace = new ObjectMapper().readTree(TracesJson.text(TracesJson.of(TRACE)));

    assertThat(trace.path("spans")).hasSize(TRACE.spans().size());
    assertThat(trace.path("spanCount").asInt()).isEqualTo(TRACE.spans().size());
    assertThat(trace.path("root").path("id").asText()).isEqualTo(TRACE.root().spanId());
    assertThat(trace.path("errors").asInt()).isEqualTo(TRACE.errors()).isPositive();
    assertThat(trace.path("failures").size()).isEqualTo(Math.min(10, TRACE.errors()));
    assertThat(trace.at("/failures/0/object").asText()).contains("/web-");
    assertThat(trace.path("about").asText()).startsWith("Scaled up replica set");
    assertThat(trace.has("version")).as("equal traces give equal bytes").isFalse();
  }

  @Test
  void shouldShortenWhatASummarySaysAndKeepItInTheSpan() throws IOException {
    String message = "x".repeat(299) + "\uD83D\uDE00 and more";
    TreeMap<String, Object> attributes = new TreeMap<>(Map.of("k8s.event.message", message));
    ReceivedTrace trace =
        new ReceivedTrace("t", List.of(Sample.with(Sample.span("1", "", 0, 5), attributes)));

    JsonNode json = new ObjectMapper().readTree(TracesJson.text(TracesJson.of(trace)));

    assertThat(json.path("about").asText()).isEqualTo("x".repeat(299) + "…");
    assertThat(json.at("/spans/0/attributes/k8s.event.message").asText()).isEqualTo(message);
  }

  @Test
  void shouldWriteNumbersThatJavaScriptWouldRoundAsText() throws IOException {
    TreeMap<String, Object> attributes =
        new TreeMap<>(
            Map.of("exact", 1L << 53, "large", Long.MAX_VALUE, "odd", Double.NaN, "flag", true));
    ReceivedTrace trace =
        new ReceivedTrace("t", List.of(Sample.with(Sample.span("1", "", 0, 5), attributes)));

    assertThat(TracesJson.text(TracesJson.of(trace)))
        .contains("\"exact\":9007199254740992", "\"large\":\"9223372036854775807\"")
        .contains("\"odd\":\"NaN\"", "\"flag\":true", "\"start\":\"" + Sample.START + "\"");
  }

  private static String written(TracesPage page) throws IOException {
    StringWriter out = new StringWriter();
    page.write(out, List.of(TRACE));
    return out.toString();
  }

  private static String policy(String page) {
    Matcher policy = Pattern.compile("Security-Policy\" content=\"([^\"]*)\"").matcher(page);
    assertThat(policy.find()).isTrue();
    return policy.group(1);
  }

  private static String hash(String page, String element) throws Exception {
    Matcher inline = Pattern.compile(element, Pattern.DOTALL).matcher(page);
    assertThat(inline.find()).isTrue();
    byte[] bytes = inline.group(1).getBytes(StandardCharsets.UTF_8);
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
    return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
  }
}
