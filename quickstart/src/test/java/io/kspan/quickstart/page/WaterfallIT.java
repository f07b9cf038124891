package io.kspan.quickstart.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kspan.topology.waterfall.HumanDuration;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Alert;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.Rectangle;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.interactions.WheelInput;

/** A real rollout as a waterfall in a browser. */
@NeedsBrowser
class WaterfallIT extends PageTest {
  private static final String ROWS = "#tree .body .row";
  private static final String FRAGMENT = "#/trace/" + RecordedPage.ROLLOUT;
  private static final int SPANS = 41;

  private static JsonNode trace;

  @BeforeAll
  static void readTrace() throws Exception {
    String page = Files.readString(RecordedPage.withoutStates());
    String data = page.replaceFirst("(?s).*<script type=\"application/json\" id=\"data\">", "");
    JsonNode traces =
        new ObjectMapper().readTree(data.substring(0, data.indexOf("</script>"))).path("traces");
    for (JsonNode each : traces) {
      if (each.path("id").asText().equals(RecordedPage.ROLLOUT)) {
        trace = each;
      }
    }
  }

  @BeforeEach
  void open() {
    browser.open(RecordedPage.withoutStates(), FRAGMENT);
  }

  @AfterEach
  void shouldLogNothingAndSendNoRequest() {
    assertThat(browser.console()).isEmpty();
    assertThat(browser.requests()).isEmpty();
  }

  @Test
  void shouldSayWhatChangedAndHowItEnded() {
    assertThat(browser.text("#trace-title"))
        .isEqualTo("Deployment.Update a-rollout/web ✓ succeeded finished by settled");
    assertThat(browser.text("#changes"))
        .contains("image.main registry.local/web:1.0 → registry.local/web:1.1", "revision 1 → 2")
        .contains("by kubectl-client-side-apply, Update");
    assertThat(browser.text("#facts"))
        .contains("Spans 41", "Errors ✗ 12", "Cluster demo", "Generation 2")
        .contains("Trace " + RecordedPage.ROLLOUT);
  }

  @Test
  void shouldShowTheTreeWithDurationsAsTheTerminalDoes() {
    assertThat(browser.one("#tree").getDomAttribute("aria-rowcount"))
        .isEqualTo(Integer.toString(SPANS + 1));
    List<String> expected = new ArrayList<>();
    trace
        .path("spans")
        .forEach(span -> expected.add(HumanDuration.format(span.path("duration").asLong())));
    List<String> levels = new ArrayList<>();
    trace
        .path("spans")
        .forEach(span -> levels.add(Integer.toString(span.path("depth").asInt() + 1)));
    browser.script("dispatchEvent(new Event('beforeprint'))");

    assertThat(browser.texts("#tree .body .number")).as("all of it on paper").isEqualTo(expected);
    assertThat(browser.all(ROWS).stream().map(row -> row.getDomAttribute("aria-level")).toList())
        .isEqualTo(levels);
  }

  /** Trace model 9.3: an Event and a state that say the same are no bars of equal weight. */
  @Test
  void shouldDrawStatesThinnerThanEvents() {
    browser.open(RecordedPage.file(), "#/trace/" + RecordedPage.ROLLOUT);
    WebElement state = browser.line("Pod.ContainerRunning");
    assertThat(Browser.text(state)).contains("main, Error, exit code 137");
    int thin = state.findElement(By.cssSelector(".bar.state")).getRect().height;
    int full = browser.line("Pod.Started").findElement(By.cssSelector(".bar")).getRect().height;
    assertThat(thin).isLessThan(full);
  }

  @Test
  void shouldCollapseAndExpandWithTheMouse() {
    WebElement line = browser.line("ReplicaSet.SuccessfulCreate");
    assertThat(line.getDomAttribute("aria-expanded")).isEqualTo("true");
    line.findElement(By.cssSelector(".twisty")).click();

    WebElement collapsed = browser.line("ReplicaSet.SuccessfulCreate");
    assertThat(collapsed.getDomAttribute("aria-expanded")).isEqualTo("false");
    assertThat(Browser.text(collapsed)).contains("+8 ✗ 4");
    assertThat(rows()).isEqualTo(SPANS - 8);
    browser.click("#collapse-all");
    assertThat(browser.all(ROWS))
        .allMatch(row -> Integer.parseInt(row.getDomAttribute("aria-level")) <= 2);
    browser.click("#expand-all");
    assertThat(rows()).isEqualTo(SPANS);
  }

  @Test
  void shouldBeATreeForTheKeyboard() {
    focusTree();
    browser.press(Keys.ARROW_DOWN);
    browser.press(Keys.ARROW_RIGHT);
    assertThat(Browser.text(browser.focused())).startsWith("▾ ReplicaSet.SuccessfulCreate");
    browser.press(Keys.ARROW_LEFT);
    assertThat(browser.focused().getDomAttribute("aria-expanded")).isEqualTo("false");
    assertThat(rows()).isEqualTo(SPANS - 8);
    browser.press(Keys.ARROW_RIGHT);
    assertThat(browser.focused().getDomAttribute("aria-expanded")).isEqualTo("true");
    browser.press(Keys.ARROW_RIGHT);
    assertThat(Browser.text(browser.focused())).startsWith("Pod.Scheduled");
    assertThat(browser.focused().getDomAttribute("aria-posinset")).isEqualTo("1");
    assertThat(browser.focused().getDomAttribute("aria-setsize")).isEqualTo("8");
    browser.press(Keys.ARROW_LEFT);
    assertThat(Browser.text(browser.focused())).contains("ReplicaSet.SuccessfulCreate");
    browser.press(Keys.END);
    assertThat(browser.focused().getDomAttribute("aria-rowindex")).isEqualTo("" + (SPANS + 1));
    browser.press(Keys.PAGE_UP);
    browser.press(Keys.HOME);
    assertThat(browser.focused().getDomAttribute("aria-level")).isEqualTo("1");
    browser.press("c");
    assertThat(rows()).isLessThan(SPANS);
    browser.press("x");
    assertThat(rows()).isEqualTo(SPANS);
    assertThat(browser.focused().getAriaRole()).as("the focus is never lost").isEqualTo("row");
  }

  @Test
  void shouldZoomWithButtonsAndKeysAndMoveAlong() {
    double whole = width("Deployment.Scaling");
    browser.click("#zoom-in");
    assertThat(browser.text("#window")).isEqualTo("3.2 s to 9.6 s of 12.8 s");
    focusTree();
    browser.press("0");
    assertThat(browser.text("#window")).isEmpty();
    assertThat(browser.one("#zoom-reset").isEnabled()).isFalse();
    browser.press("+", "+");
    assertThat(browser.text("#window")).isEqualTo("4.8 s to 8.0 s of 12.8 s");
    browser.pressShift(Keys.ARROW_LEFT);
    assertThat(browser.text("#window")).isEqualTo("4.0 s to 7.2 s of 12.8 s");
    browser.press("-");
    browser.press("0");
    browser.press(Keys.ARROW_DOWN, "f");
    assertThat(width("Deployment.Scaling")).isGreaterThan(whole * 3);
    assertThat(Browser.text(browser.all(ROWS).get(20))).contains("›");
  }

  @Test
  void shouldZoomToWhatIsDraggedOverAndAroundTheWheel() {
    Rectangle axis = browser.one("#axis").getRect();
    drag(axis.x + axis.width / 4, axis.y + 60, axis.width / 2);
    assertThat(browser.text("#window")).matches("3\\.[12] s to 9\\.[56] s of 12\\.8 s");
    assertThat(browser.one("#details").isDisplayed()).as("a drag is no click").isFalse();
    new Actions(browser.driver).moveToLocation(axis.x + 50, axis.y + 10).doubleClick().perform();
    assertThat(browser.text("#window")).isEmpty();

    Rectangle overview = browser.one("#overview").getRect();
    drag(overview.x + 1, overview.y + 10, overview.width / 2);
    assertThat(browser.text("#window")).matches("\\d+(\\.\\d)? ms to 6\\.4 s of 12\\.8 s");
    browser.click("#zoom-reset");

    WheelInput.ScrollOrigin origin =
        WheelInput.ScrollOrigin.fromViewport(axis.x + axis.width / 2, axis.y + 60);
    new Actions(browser.driver)
        .keyDown(Keys.CONTROL)
        .scrollFromOrigin(origin, 0, -300)
        .keyUp(Keys.CONTROL)
        .perform();
    browser.await(
        () -> assertThat(browser.text("#window")).matches("4\\.\\d s to 8\\.\\d s of 12\\.8 s"));
  }

  @Test
  void shouldTellTheCauseOnHoverAndOnFocus() {
    new Actions(browser.driver).moveToElement(browser.line("Pod.Killing")).perform();
    browser.await(() -> assertThat(browser.one("#tip").isDisplayed()).isTrue());
    assertThat(browser.text("#tip"))
        .startsWith("Pod.Killing a-rollout/web-")
        .contains("Caused by ReplicaSet.SuccessfulDelete a-rollout/web-659c897547")
        .contains("Deleted pod: web-")
        .contains("its message names this Pod");

    focusTree();
    browser.press(Keys.ARROW_DOWN, Keys.ARROW_DOWN);
    assertThat(browser.text("#tip"))
        .contains("Caused by Deployment.ScalingReplicaSet", "its message names this ReplicaSet");
    assertThat(browser.focused().getDomAttribute("aria-describedby")).isEqualTo("tip");
    browser.press(Keys.ESCAPE);
    assertThat(browser.one("#tip").isDisplayed()).isFalse();
  }

  @Test
  void shouldShowEveryAttributeOfTheSpanThatIsChosen() {
    browser.line("Pod.Unhealthy").click();
    JsonNode span = first("Pod.Unhealthy");

    assertThat(browser.text("#details h2")).isEqualTo("✗ error, Pod.Unhealthy");
    List<String> keys = browser.texts("#details th");
    span.path("attributes").fieldNames().forEachRemaining(key -> assertThat(keys).contains(key));
    assertThat(keys).contains("service.name", "k8s.cluster.name");
    assertThat(browser.texts("#details td"))
        .contains(
            span.at("/attributes/k8s.event.message").asText().strip(), span.path("id").asText());
    assertThat(browser.texts("#details h3"))
        .containsSubsequence("Caused by", "Time", "Event", "Object", "Resource", "Ids");
    browser.click("#details button.plain");
    assertThat(browser.text("#details h2")).isEqualTo("ReplicaSet.SuccessfulCreate");
    browser.press(Keys.ESCAPE);
    assertThat(browser.one("#details").isDisplayed()).isFalse();
    assertThat(Browser.text(browser.focused())).contains("ReplicaSet.SuccessfulCreate");
  }

  @Test
  void shouldBeFoundAgainByItsAddress() {
    browser.line("Pod.Killing").click();
    String address = FRAGMENT + "/" + first("Pod.Killing").path("id").asText();
    browser.await(() -> assertThat(browser.fragment()).isEqualTo(address));

    browser.driver.navigate().refresh();

    assertThat(browser.text("#details h2")).isEqualTo("Pod.Killing");
    assertThat(browser.one(ROWS + "[aria-selected=true]").getText()).contains("Pod.Killing");
    browser.open(RecordedPage.withoutStates(), "#/trace/ffff");
    assertThat(browser.text("#missing")).contains("does not hold trace ffff");
  }

  @Test
  void shouldCopyALinkToTheTraceAndToASpan() {
    browser.script(
        "Object.defineProperty(navigator, 'clipboard',"
            + " {value: {writeText: async (text) => { window.copied = text; }}})");
    browser.press("y");
    browser.await(() -> assertThat(browser.text("#copy")).isEqualTo("Copied"));
    assertThat(browser.script("return window.copied").toString()).endsWith(FRAGMENT);

    browser.line("Pod.Killing").click();
    browser.click("#copy");

    String span = FRAGMENT + "/" + first("Pod.Killing").path("id").asText();
    browser.await(
        () -> assertThat(browser.script("return window.copied").toString()).endsWith(span));
  }

  @Test
  void shouldShowALinkThatTheBrowserDoesNotCopy() {
    browser.script("Object.defineProperty(navigator, 'clipboard', {value: undefined})");
    browser.press("y");

    Alert shown = browser.driver.switchTo().alert();

    assertThat(shown.getText()).isEqualTo("Link to this trace");
    shown.dismiss();
  }

  @Test
  void shouldFindSpansAndErrors() {
    List<String> names = new ArrayList<>();
    trace.path("spans").forEach(span -> names.add(span.path("name").asText()));
    int killings = Collections.frequency(names, "Pod.Killing");
    browser.press("/");
    browser.press("stopping container");
    assertThat(browser.text("#find-count")).isEqualTo(killings + " matches");
    assertThat(browser.all(ROWS + ".found"))
        .isNotEmpty()
        .allMatch(row -> row.getText().contains("Pod.Killing"));
    browser.click("#collapse-all");
    browser.click("#find");
    browser.press(Keys.ENTER);
    assertThat(browser.texts(ROWS + ".found")).as("what hides a match opens").hasSize(1);
    browser.click("#next-error");
    String first = browser.focused().getDomAttribute("aria-rowindex");
    assertThat(Browser.text(browser.focused())).startsWith("✗");
    browser.press("e");
    assertThat(browser.focused().getDomAttribute("aria-rowindex")).isNotEqualTo(first);
    browser.press("E");
    assertThat(browser.focused().getDomAttribute("aria-rowindex")).isEqualTo(first);
  }

  @Test
  void shouldBeAccessible() {
    browser.assertAccessible("waterfall");
    browser.click("#collapse-all");
    browser.click("#zoom-in");
    browser.line("Deployment.Scaling").click();
    browser.assertAccessible("collapsed, zoomed, with details");
    browser.media("dark");
    browser.assertAccessible("dark");
    browser.media("light");
    new Actions(browser.driver).moveToElement(browser.all(ROWS).get(2)).perform();
    browser.await(() -> assertThat(browser.one("#tip").isDisplayed()).isTrue());
    browser.assertAccessible("with a tip");
  }

  @Test
  void shouldLetTheColumnOfNamesBeMadeWider() {
    int before =
        browser.line("Deployment.Update").findElement(By.cssSelector(".name")).getSize().width;
    browser.script("document.getElementById('divider').focus()");
    browser.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
    assertThat(
            browser.line("Deployment.Update").findElement(By.cssSelector(".name")).getSize().width)
        .isGreaterThan(before);
    assertThat(browser.one("#divider").getDomAttribute("aria-valuenow")).isEqualTo("48");
  }

  private static void focusTree() {
    browser.script("document.querySelector('#tree .body [tabindex=\"0\"]').focus()");
  }

  private static JsonNode first(String name) {
    for (JsonNode span : trace.path("spans")) {
      if (span.path("name").asText().equals(name)) {
        return span;
      }
    }
    throw new AssertionError("no span " + name);
  }

  private static int rows() {
    return Integer.parseInt(browser.one("#tree").getDomAttribute("aria-rowcount")) - 1;
  }

  private static double width(String line) {
    return browser.line(line).findElement(By.cssSelector(".bar")).getSize().width;
  }

  private static void drag(int x, int y, int by) {
    new Actions(browser.driver)
        .moveToLocation(x, y)
        .clickAndHold()
        .moveByOffset(by / 2, 0)
        .moveByOffset(by - by / 2, 0)
        .release()
        .perform();
  }
}
