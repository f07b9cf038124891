package io.kspan.quickstart.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.topology.waterfall.ReceivedTrace;
import io.kspan.topology.waterfall.page.TracesPage;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.Rectangle;
import org.openqa.selenium.interactions.Actions;

/** What happened in a time, on one axis: of a recording, and of a page that is live. */
@NeedsBrowser
class IncidentIT extends PageTest {
  private static final String ROWS = "#incident .body .row";
  private static final String BAD_IMAGE =
      "#/incident?from=2026-11-20T20:18Z&to=2026-11-20T20:18:40Z&ns=a-badimage";

  @TempDir private static Path downloads;

  @Test
  void shouldNameTheChangeBeforeTheFirstFailureAndTheNode() {
    browser.open(RecordedPage.file(), BAD_IMAGE);

    browser.await(
        () ->
            assertThat(browser.text("#incident-count"))
                .isEqualTo("3 traces of 1 object, 1 with failures"));
    assertThat(browser.text("#incident-cause"))
        .matches(
            "Before the first failure at 20:18:\\d\\d \\(✗ Pod\\.\\w+ a-badimage/web-.*\\): .*");
    assertThat(browser.texts("#incident-cause li").get(0))
        .matches("Deployment a-badimage/web image.main web:1.0 → web:9.9, .*, \\d+ ms before");
    assertThat(browser.text("#incident-cause")).contains("failures are on node node1.");
    assertThat(browser.texts(ROWS))
        .singleElement()
        .asString()
        .startsWith("Deployment web demo / a-badimage ✗ ")
        .contains("on node1", "◆ Update image.main web:9.9 → web:1.0");
    browser.assertAccessible("incident");
    browser.media("dark");
    browser.assertAccessible("incident, dark");
    browser.media("light");
    assertThat(browser.console()).isEmpty();
    assertThat(browser.requests()).isEmpty();
  }

  @Test
  void shouldShowEveryMarkToTheKeysAndOpenIt() {
    browser.open(RecordedPage.file(), BAD_IMAGE);
    browser.script("document.querySelector('#incident .body [tabindex=\"0\"]').focus()");
    browser.press(Keys.ARROW_RIGHT);
    assertThat(browser.focused().getDomAttribute("aria-label"))
        .startsWith("Change Deployment.Update a-badimage/web, image.main web:1.0, ")
        .endsWith("succeeded");
    browser.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
    assertThat(browser.focused().getDomAttribute("aria-label"))
        .startsWith("Failure Pod.")
        .contains("of Pod a-badimage/web-", "on node node1, reported by kubelet: ");
    assertThat(browser.text("#incident-tip")).startsWith("✗ Pod.").contains("node node1");
    browser.assertAccessible("with a tip");
    String span = browser.focused().getDomAttribute("href");
    browser.press(Keys.ENTER);
    browser.await(() -> assertThat(browser.one("#details").isDisplayed()).isTrue());
    assertThat(browser.fragment()).isEqualTo(span);
    assertThat(browser.text("#back")).isEqualTo("‹ Incident");
    browser.press(Keys.ESCAPE, "u");
    browser.await(() -> assertThat(browser.one("#incident").isDisplayed()).isTrue());
    assertThat(browser.fragment()).isEqualTo(BAD_IMAGE);
    browser.press(Keys.ENTER);
    browser.await(() -> assertThat(browser.text("#trace-title")).contains("a-badimage/web"));
  }

  @Test
  void shouldBeOpenedForWhatIsListedAndNarrowedByDragging() {
    browser.open(RecordedPage.file(), "");
    int all = browser.all("#list .body .row").size();
    assertThat(all).isPositive();
    browser.click("#list-kind option[value=Deployment]");
    browser.click("#list-namespace option[value=a-rollout]");
    browser.click("#to-incident");
    browser.await(() -> assertThat(browser.text("#incident-chosen")).endsWith(": a-rollout"));
    assertThat(browser.fragment())
        .startsWith("#/incident?from=2026-11-20T20:17:")
        .contains("ns=a-rollout");
    String before = browser.fragment();

    Rectangle axis = browser.one("#incident-axis").getRect();
    new Actions(browser.driver)
        .moveToLocation(axis.x + 3, axis.y + 12)
        .clickAndHold()
        .moveByOffset(axis.width / 4, 0)
        .release()
        .perform();
    browser.await(() -> assertThat(browser.fragment()).isNotEqualTo(before));
    assertThat(browser.text("#incident-count")).startsWith("2 traces of 1 object");

    browser.click("#incident-all");
    browser.await(() -> assertThat(browser.text("#incident-chosen")).isEqualTo("Namespaces: all"));
    assertThat(browser.text("#incident-count")).startsWith("56 traces of 27 objects");
    browser.click("#incident-chosen");
    browser.click("#incident-namespaces input[value=a-jobs]");
    assertThat(browser.texts(ROWS)).isNotEmpty().allMatch(row -> row.contains("a-jobs"));
    browser.assertAccessible("choice of namespaces");
    browser.script("document.getElementById('incident-from').value = 'noon'");
    browser.script("document.getElementById('incident-from').dispatchEvent(new Event('change'))");
    browser.await(
        () ->
            assertThat(browser.text("#incident-note"))
                .isEqualTo("“noon” is not a time such as 2026-11-20T20:17Z: everything is shown."));
    assertThat(browser.console()).isEmpty();
  }

  @Test
  void shouldSaveOneFileThatShowsTheSame() throws Exception {
    browser.open(RecordedPage.file(), BAD_IMAGE);
    List<String> shown = shown();

    Path saved = save();

    browser.open(saved, "");
    assertThat(browser.fragment()).isEqualTo(BAD_IMAGE);
    assertThat(shown()).isEqualTo(shown);
    assertThat(browser.text("#origin"))
        .isEqualTo("Incident 2026-11-20T20:18Z to 2026-11-20T20:18:40Z in a-badimage");
    browser.press(Keys.ENTER);
    browser.script("document.querySelector('#incident .body [tabindex=\"0\"]').focus()");
    browser.press(Keys.ENTER);
    browser.await(() -> assertThat(browser.all("#tree .body .row")).isNotEmpty());
    browser.open(saved, "#/");
    assertThat(browser.text("#list-count")).isEqualTo("3 traces");
    assertThat(browser.console()).isEmpty();
    assertThat(browser.requests()).isEmpty();
    assertThat(policy(Files.readString(saved)))
        .isEqualTo(policy(Files.readString(RecordedPage.file())));
  }

  @Test
  void shouldSaveWhatALivePageHasNotLoaded() throws Exception {
    String hostile = "</script><!-- \u2028 $& \uD83D\uDE00";
    try (LivePage page = new LivePage()) {
      for (int i = 1; i <= 3; i++) {
        Map<String, Object> attributes =
            Map.of("k8s.object.name", "web-" + i, "k8s.namespace.name", "shop", "note", hostile);
        page.add(
            new ReceivedTrace(
                MadeUpTraces.id(i),
                List.of(MadeUpTraces.span(i, 0, "Deployment.Update", i, i + 5, attributes))));
      }
      browser.open(page.address("#/incident"));
      browser.await(() -> assertThat(browser.all(ROWS)).hasSize(3));
      assertThat(browser.text("#incident-cause")).isEqualTo("Nothing failed in this range.");

      Path saved = save();

      assertThat(browser.text("#incident-saved")).isEqualTo("3 traces saved");
      browser.open(saved, "");
      assertThat(browser.all(ROWS)).hasSize(3);
      browser.open(saved, "#/trace/" + MadeUpTraces.id(2) + "/" + MadeUpTraces.spanId(2));
      assertThat(browser.text("#details")).contains("</script><!--", "$&");
      assertThat(browser.console()).isEmpty();
      assertThat(browser.requests()).isEmpty();
      StringWriter file = new StringWriter();
      TracesPage.file("").write(file, List.of());
      assertThat(policy(Files.readString(saved))).isEqualTo(policy(file.toString()));
    }
  }

  private static List<String> shown() {
    return Stream.of("#incident-count", "#incident-cause", "#incident .body")
        .map(browser::text)
        .toList();
  }

  /** Saves the incident and returns the file. */
  private static Path save() throws IOException {
    Path folder = Files.createTempDirectory(downloads, "saved");
    browser.driver.executeCdpCommand(
        "Browser.setDownloadBehavior",
        Map.of("behavior", "allow", "downloadPath", folder.toString()));
    browser.click("#incident-save");
    browser.await(() -> assertThat(files(folder)).singleElement().asString().endsWith(".html"));
    return files(folder).get(0);
  }

  private static List<Path> files(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String policy(String page) {
    return page.replaceFirst("(?s).*?Security-Policy\" content=\"([^\"]*)\".*", "$1");
  }
}
