package io.kspan.quickstart.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.topology.waterfall.ReceivedSpan;
import io.kspan.topology.waterfall.ReceivedTrace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** The page of an installation: many traces, whose spans it does not have, and what is open. */
@NeedsBrowser
class LargeLivePageIT extends PageTest {
  private static final String ROWS = "#list .body .row";
  private static final int DRAWN_AT_MOST = 60;

  private LivePage page;

  @BeforeEach
  void start() throws Exception {
    page = new LivePage();
  }

  @AfterEach
  void stop() {
    page.close();
  }

  @Test
  void shouldLoadTheSpansOfATraceWhenItIsOpened() {
    for (int i = 1; i <= LivePage.KEPT; i++) {
      page.add(trace(i, Map.of()));
    }
    browser.open(page.address(""));
    browser.await(() -> assertThat(browser.text("#list-count")).isEqualTo("10,000 traces"));
    assertThat(browser.all(ROWS)).hasSizeLessThan(DRAWN_AT_MOST);
    browser.requests();

    browser.press("/");
    browser.press("pod web-7777 child");
    browser.await(() -> assertThat(browser.text("#list-count")).isEqualTo("1 of 10,000 traces"));
    browser.press(Keys.ENTER, Keys.ENTER);
    browser.await(() -> assertThat(browser.texts("#tree .body .row")).hasSize(2));
    assertThat(browser.text("#tree")).contains("Message of web-7777");
    browser.press("u");
    browser.await(() -> assertThat(browser.all(ROWS)).hasSize(1));
    assertThat(Browser.text(browser.focused())).contains("web-7777");
    assertThat(browser.requests().stream().filter(url -> url.contains("trace.json")))
        .singleElement()
        .asString()
        .endsWith("trace.json?id=" + MadeUpTraces.id(7777));

    page.add(trace(LivePage.KEPT + 1, Map.of("k8s.object.name", "web-7777")));
    browser.await(() -> assertThat(browser.text("#list-count")).isEqualTo("2 of 10,000 traces"));
    browser.open(page.address("#/incident"));
    browser.await(
        () ->
            assertThat(browser.text("#incident-count"))
                .isEqualTo("10,000 traces of 9,999 objects, 0 with failures"));
    assertThat(browser.all("#incident .body .row")).hasSizeLessThan(DRAWN_AT_MOST);
    browser.open(page.address("#/trace/" + MadeUpTraces.id(5) + "/" + MadeUpTraces.spanId(2)));
    browser.await(() -> assertThat(browser.text("#details h2")).contains("Pod.Started"));
    browser.open(page.address("#/trace/" + MadeUpTraces.id(1)));
    browser.await(() -> assertThat(browser.text("#missing")).contains("is not kept any more"));
    assertThat(browser.console()).allMatch(line -> line.contains("404"));
  }

  @Test
  void shouldShowWhatIsOpenUntilItIsOver() {
    page.add(trace(1, Map.of("kspan.outcome", "succeeded")));
    page.add(trace(2, Map.of("kspan.outcome", "failed")));
    ReceivedTrace open =
        trace(
            3,
            -90_000,
            Map.of(
                "kspan.provisional",
                true,
                "kspan.open.since",
                "2026-11-20T20:16:11Z",
                "kspan.open.until",
                "2026-11-20T20:31:11Z",
                "kspan.open.reason",
                "Deployment shop/web has 1 of 3 pods available"));
    page.open(List.of(open), "10.0.0.7:8080 does not answer: partitions 0, 3 of 4 are not shown");
    browser.open(page.address(""));

    browser.await(() -> assertThat(browser.all(ROWS)).hasSize(3));
    assertThat(browser.texts(ROWS).get(0))
        .contains("○ open", "Deployment shop/web has 1 of 3 pods available");
    assertThat(browser.text("#list-missing"))
        .isEqualTo("⚠ 10.0.0.7:8080 does not answer: partitions 0, 3 of 4 are not shown");
    browser.assertAccessible("open and missing");
    browser.click("#list-outcome option[value=open]");
    assertThat(browser.all(ROWS)).hasSize(1);

    browser.click(ROWS + " a");
    browser.await(() -> assertThat(browser.text("#trace-title")).contains("○ open"));
    assertThat(browser.text("#facts"))
        .contains(
            "Open since 2026-11-20 20:16:11 UTC",
            "Not over because Deployment shop/web has 1 of 3 pods available",
            "Over at 2026-11-20 20:31:11 UTC, if nothing more happens");
    assertThat(browser.all("#tree .bar.provisional")).hasSize(2);
    browser.assertAccessible("open trace");
    browser.press("c");

    page.add(trace(3, -90_000, Map.of("kspan.outcome", "succeeded")));
    browser.await(() -> assertThat(browser.text("#trace-title")).contains("✓ succeeded"));
    assertThat(browser.all("#tree .bar.provisional")).isEmpty();
    assertThat(browser.text("#facts")).doesNotContain("Open since");
    page.open(List.of());
    browser.press("u");
    browser.await(() -> assertThat(browser.text("#list-missing")).isEmpty());
    assertThat(browser.console()).isEmpty();
  }

  @Test
  void shouldShowNoAnswerToAnOlderQuestion() {
    CountDownLatch second = new CountDownLatch(1);
    page.add(trace(1, Map.of()));
    page.add(trace(2, Map.of()));
    page.answer(
        "/search.json",
        exchange -> {
          if (exchange.getRequestURI().getQuery().equals("q=web-")) {
            await(second);
          }
          page.endpoint().handle(exchange);
        });
    browser.open(page.address(""));
    browser.await(() -> assertThat(browser.all(ROWS)).hasSize(2));

    search("web-");
    browser.await(() -> assertThat(searches()).isEqualTo(1));
    assertThat(browser.text("#list-count")).isEqualTo("searching …");
    search("web-2");
    browser.await(() -> assertThat(browser.text("#list-count")).isEqualTo("1 of 2 traces"));
    second.countDown();

    browser.await(() -> assertThat(answered()).isEqualTo(2));
    assertThat(browser.text("#list-count")).isEqualTo("1 of 2 traces");
    assertThat(browser.console()).isEmpty();
  }

  /** Types all of it at once. */
  private static void search(String query) {
    browser.script(
        "const field = document.getElementById('list-search');"
            + "field.value = arguments[0]; field.dispatchEvent(new Event('input'));",
        query);
  }

  private long searches;

  private long searches() {
    searches += browser.requests().stream().filter(url -> url.contains("search.json")).count();
    return searches;
  }

  private static long answered() {
    return (long)
        browser.script(
            "return performance.getEntriesByType('resource')"
                + ".filter(entry => entry.name.includes('search.json')).length");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void shouldSayThatATraceCouldNotBeLoadedAndTryAgain() {
    page.add(trace(1, Map.of()));
    boolean[] broken = {true};
    page.answer(
        "/trace.json",
        exchange -> {
          if (broken[0]) {
            exchange.close();
          } else {
            page.endpoint().handle(exchange);
          }
        });
    browser.open(page.address(""));
    browser.await(() -> assertThat(browser.all(ROWS)).hasSize(1));
    browser.click(ROWS + " a");
    browser.await(() -> assertThat(browser.text("#missing h1")).contains("could not be loaded"));
    browser.assertAccessible("could not be loaded");

    broken[0] = false;
    browser.click("#missing-again");
    browser.await(() -> assertThat(browser.texts("#tree .body .row")).hasSize(2));
  }

  private static ReceivedTrace trace(int number, Map<String, Object> rootAttributes) {
    return trace(number, number, rootAttributes);
  }

  /** A change of {@code web-<number>} with one Event, some milliseconds after the start. */
  private static ReceivedTrace trace(int number, long at, Map<String, Object> rootAttributes) {
    Map<String, Object> root = new HashMap<>();
    root.put("k8s.object.kind", "Deployment");
    root.put("k8s.namespace.name", "shop");
    root.put("k8s.object.name", "web-" + number);
    root.put("k8s.event.message", "Child of it");
    root.putAll(rootAttributes);
    Map<String, Object> child = new HashMap<>();
    child.put("k8s.object.name", "web-" + number + "-pod");
    child.put("k8s.event.message", "Message of web-" + number);
    if (root.containsKey("kspan.provisional")) {
      child.put("kspan.provisional", true);
    }
    List<ReceivedSpan> spans = new ArrayList<>();
    spans.add(MadeUpTraces.span(1, 0, "Deployment.Update", at, at + 20, root));
    spans.add(MadeUpTraces.span(2, 1, "Pod.Started", at + 1, at + 10, child));
    return new ReceivedTrace(MadeUpTraces.id(number), spans);
  }
}
