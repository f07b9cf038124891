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
  void shouldTellWhatIsNew() throws IOException {
    StringWriter out = new StringWriter();
    TracesPage.writeUpdate(out, "run-7", List.of("a", "b"), List.of(TRACE));

    JsonNode update = new ObjectMapper().readTree(out.toString());
    assertThat(update.path("next").asText()).isEqualTo("run-7");
    assertThat(update.path("kept")).hasSize(2);
    assertThat(update.at("/traces/0/spans")).hasSize(TRACE.spans().size());
  }

  @Test
  void shouldWriteNumbersThatJavaScriptWouldRoundAsText() throws IOException {
    TreeMap<String, Object> attributes =
        new TreeMap<>(
            Map.of("exact", 1L << 53, "large", Long.MAX_VALUE, "odd", Double.NaN, "flag", true));
    ReceivedTrace trace =
        new ReceivedTrace("t", List.of(Sample.with(Sample.span("1", "", 0, 5), attributes)));
    StringWriter out = new StringWriter();
    TracesPage.writeUpdate(out, "", List.of(), List.of(trace));

    assertThat(out.toString())
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
