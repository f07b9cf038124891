package io.kspan.quickstart.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The list of traces in a browser: the page that {@code replay --html} wrote. */
@NeedsBrowser
class TraceListIT extends PageTest {
  private static final String ROWS = "#list .body .row";

  @BeforeEach
  void open() {
    browser.open(RecordedPage.file(), "");
  }

  @AfterEach
  void shouldLogNothingAndSendNoRequest() {
    assertThat(browser.console()).isEmpty();
    assertThat(browser.requests()).isEmpty();
  }

  @Test
  void shouldListTracesWithWhatTheyAreAbout() {
    search("a-rollout");
    assertThat(browser.texts(ROWS))
        .anyMatch(
            row ->
                row.matches(
                    "2026-11-20 20:17:47 Deployment.Update web image.main web:1.0 → web:1.1, revision 1 → 2"
                        + " a-rollout demo ✓ succeeded 12.8 s 59 ✗ 12"));
    search("a-crashloop");
    assertThat(browser.texts(ROWS))
        .anyMatch(
            row ->
                row.startsWith("2026-11-20")
                    && row.contains("Deployment.Update worker")
                    && row.contains("deleted"));
    search("a-jobs fails");
    assertThat(browser.texts(ROWS))
        .anyMatch(row -> row.contains("Job.Update fails") && row.contains("✗ failed"));
    search("");
    assertThat(browser.texts("#list .body .started"))
        .isNotEmpty()
        .isSortedAccordingTo(Comparator.reverseOrder());
    assertThat(browser.driver.getTitle()).contains("Replay of ").contains(".ndjson.gz");
  }

  @Test
  void shouldSortByEveryColumn() {
    browser.click("#list .head .errors button");
    assertThat(errors()).isSortedAccordingTo(Comparator.reverseOrder());
    assertThat(browser.one("#list .head .errors").getDomAttribute("aria-sort"))
        .isEqualTo("descending");
    browser.click("#list .head .errors button");
    assertThat(errors()).isSorted();
    browser.click("#list .head .name button");
    assertThat(browser.texts("#list .body .name a")).isSorted();
    assertThat(browser.all("#list .head [aria-sort]")).hasSize(1);
    browser.await(() -> assertThat(browser.fragment()).isEqualTo("#/?sort=name"));
  }

  private static List<Integer> errors() {
    return browser.texts("#list .body .errors").stream()
        .map(text -> Integer.valueOf(text.replace("✗ ", "")))
        .toList();
  }

  @Test
  void shouldSearchNamesNamespacesMessagesAndIds() {
    for (String query :
        List.of(
            "a-crashloop", "worker", "BACK-OFF restarting", "deployment.update worker failed")) {
      search(query);
      assertThat(browser.texts(ROWS)).as(query).anyMatch(row -> row.contains("worker"));
      assertThat(browser.texts(ROWS)).as(query).noneMatch(row -> row.contains("a-rollout"));
    }
    search(RecordedPage.ROLLOUT);
    assertThat(browser.texts(ROWS)).anyMatch(row -> row.contains("a-rollout"));
    search("nobody says this");
    assertThat(browser.all(ROWS)).isEmpty();
    assertThat(browser.text("#list-empty")).isEqualTo("No trace matches.");
    assertThat(browser.text("#list-count")).startsWith("0 of ");
    browser.press(Keys.ESCAPE);
    assertThat(browser.all(ROWS)).isNotEmpty();
  }

  @Test
  void shouldShowErrorsOnlyAndFindTheListAgainAfterAReload() {
    browser.click("#list-errors");
    search("deployment");
    List<String> before = browser.texts(ROWS);
    assertThat(errors()).isNotEmpty().noneMatch(errors -> errors == 0);

    browser.await(() -> assertThat(browser.fragment()).isEqualTo("#/?q=deployment&errors=1"));
    browser.driver.navigate().refresh();

    assertThat(browser.texts(ROWS)).isEqualTo(before);
    assertThat(browser.one("#list-search").getDomProperty("value")).isEqualTo("deployment");
    assertThat(browser.one("#list-errors").isSelected()).isTrue();
    browser.press("/", Keys.ENTER);
    String row = Browser.text(browser.focused());
    browser.press(Keys.ENTER);
    browser.await(() -> assertThat(browser.one("#back").isDisplayed()).isTrue());
    browser.click("#back");
    browser.await(() -> assertThat(browser.one("#list").isDisplayed()).isTrue());
    assertThat(browser.texts(ROWS)).isEqualTo(before);
    assertThat(Browser.text(browser.focused())).as("the row one came from").isEqualTo(row);
  }

  @Test
  void shouldFilterByWhatTracesHaveAndFindTheListAgainAfterAReload() {
    int all = browser.all(ROWS).size();
    choose("outcome", "failed");
    assertThat(browser.texts(ROWS)).isNotEmpty().allMatch(row -> row.contains("✗ failed"));
    choose("outcome", "");
    choose("kind", "Deployment");
    choose("service", "taint-controller");
    choose("namespace", "a-rollout");
    assertThat(browser.texts(ROWS))
        .isNotEmpty()
        .allMatch(row -> row.contains("Deployment.") && row.contains("a-rollout"));
    List<String> before = browser.texts(ROWS);
    browser.await(
        () ->
            assertThat(browser.fragment())
                .isEqualTo("#/?namespace=a-rollout&kind=Deployment&service=taint-controller"));
    browser.assertAccessible("filtered");

    browser.driver.navigate().refresh();

    assertThat(browser.texts(ROWS)).isEqualTo(before);
    assertThat(browser.one("#list-kind").getDomProperty("value")).isEqualTo("Deployment");
    assertThat(browser.one("#list-delivery").isDisplayed()).as("there is none").isFalse();
    // A letter chooses here, and is no shortcut; Escape chooses everything.
    browser.script("document.getElementById('list-kind').focus()");
    browser.press("t", Keys.ESCAPE);
    assertThat(browser.one("#list-kind").getDomProperty("value")).isEmpty();
    assertThat(browser.one("#theme").getDomAttribute("aria-label")).contains("as the system");
    choose("namespace", "");
    choose("service", "");
    assertThat(browser.all(ROWS)).hasSize(all);
  }

  private static void choose(String filter, String value) {
    browser.click("#list-" + filter + " option[value='" + value + "']");
  }

  @Test
  void shouldBeUsableWithKeysOnly() {
    browser.press("/");
    browser.press("a-rollout", Keys.ARROW_DOWN);
    assertThat(browser.focused().getAriaRole()).isEqualTo("row");
    browser.press(Keys.END);
    WebElement last = browser.focused();
    assertThat(last.getDomAttribute("aria-rowindex"))
        .isEqualTo(browser.one("#list-grid").getDomAttribute("aria-rowcount"));
    browser.press(Keys.HOME);
    assertThat(browser.focused().getDomAttribute("aria-rowindex")).isEqualTo("2");
    browser.press(Keys.ENTER);
    browser.await(() -> assertThat(browser.focused().getDomAttribute("aria-level")).isEqualTo("1"));
    assertThat(browser.fragment()).startsWith("#/trace/");
    browser.press("u");
    browser.await(() -> assertThat(browser.one("#list").isDisplayed()).isTrue());
    assertThat(browser.fragment()).isEqualTo("#/?q=a-rollout");
  }

  @Test
  void shouldExplainItselfAndLetShortcutsBeSwitchedOff() {
    browser.press("?");
    assertThat(browser.one("#help").isDisplayed()).isTrue();
    assertThat(browser.text("#keys")).contains("collapse", "zoom in", "next, previous error");
    browser.assertAccessible("help");
    browser.click("#letters");
    browser.press(Keys.ESCAPE);
    assertThat(browser.one("#help").isDisplayed()).isFalse();
    browser.press("?");
    assertThat(browser.one("#help").isDisplayed()).isFalse();
  }

  @Test
  void shouldFollowTheSystemsColoursOrTheOnesChosen() {
    String light = ground();
    browser.media("dark");
    String dark = ground();
    browser.media("light");
    assertThat(dark).isNotEqualTo(light);
    assertThat(ground()).isEqualTo(light);

    browser.click("#theme");
    assertThat(browser.one("#theme").getDomAttribute("aria-label")).isEqualTo("Colours: light");
    browser.media("dark");
    assertThat(ground()).isEqualTo(light);
    browser.press("t");
    assertThat(browser.one("#theme").getDomAttribute("aria-label")).isEqualTo("Colours: dark");
    browser.media("light");
    assertThat(ground()).isEqualTo(dark);
    browser.driver.navigate().refresh();
    assertThat(ground()).as("remembered").isEqualTo(dark);
    browser.assertAccessible("list, dark");
    browser.press("t");
    browser.assertAccessible("list, light");
  }

  private static String ground() {
    return browser.one("body").getCssValue("background-color");
  }

  private static void search(String query) {
    WebElement search = browser.one("#list-search");
    search.clear();
    search.sendKeys(query);
    browser.await(() -> assertThat(search.getDomProperty("value")).isEqualTo(query));
  }
}
