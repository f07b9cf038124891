package io.kspan.topology.waterfall.page;

import io.kspan.topology.waterfall.ReceivedTrace;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes the page of traces as one document. Its Content-Security-Policy lets it run its own script
 * and nothing else, and keeps it from the network; the page of a receiver may ask that receiver for
 * updates. Immutable and thread-safe; equal traces give equal bytes.
 */
public final class TracesPage {
  private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");

  private static final String DOCUMENT = resource("page.html");
  private static final String STYLE = resource("page.css");
  private static final String SCRIPT =
      Stream.of(
              "base",
              "model",
              "rows",
              "list",
              "axis",
              "tree",
              "details",
              "lanes",
              "findings",
              "incident",
              "save",
              "keyboard",
              "live",
              "start")
          .map(name -> resource("script/" + name + ".js"))
          .collect(Collectors.joining("\n"));

  private final String title;
  private final boolean live;

  private TracesPage(String title, boolean live) {
    this.title = title;
    this.live = live;
  }

  /** A page that carries its traces; {@code title} says which they are. */
  public static TracesPage file(String title) {
    return new TracesPage(title, false);
  }

  /** A page that asks for its traces, see {@link PageEndpoint}. */
  public static TracesPage live() {
    return new TracesPage("", true);
  }

  /** Writes the page with {@code traces}. */
  public void write(Writer out, Collection<ReceivedTrace> traces) throws IOException {
    Matcher place = PLACE.matcher(DOCUMENT);
    int copied = 0;
    // Only the template is searched for places: what is put in may hold anything.
    while (place.find()) {
      out.append(DOCUMENT, copied, place.start());
      copied = place.end();
      switch (place.group(1)) {
        case "policy" -> out.append(policy());
        case "style" -> out.append(STYLE);
        case "script" -> out.append(SCRIPT);
        case "data" -> writeData(out, traces);
        default -> throw new IllegalStateException("page.html has a place " + place.group());
      }
    }
    out.append(DOCUMENT, copied, DOCUMENT.length());
  }

  /** The policy, which is in a {@code meta} element of the page; for the header of an answer. */
  public String policy() {
    return "default-src 'none'; script-src "
        + hash(SCRIPT)
        + "; style-src "
        + hash(STYLE)
        + "; img-src data:"
        + (live ? "; connect-src 'self'" : "")
        + "; base-uri 'none'; form-action 'none'";
  }

  private void writeData(Writer out, Collection<ReceivedTrace> traces) throws IOException {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("title", title);
    data.put("live", live);
    data.put("traces", TracesJson.of(live ? List.of() : traces));
    TracesJson.write(out, data);
  }

  private static String hash(String inline) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(inline.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = TracesPage.class.getResourceAsStream(name)) {
      // A checkout may have changed line ends to CRLF; browsers hash the normalised text.
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
