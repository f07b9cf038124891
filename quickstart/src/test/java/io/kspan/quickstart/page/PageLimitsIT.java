package io.kspan.quickstart.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.kspan.topology.model.Attributes;
import io.kspan.topology.waterfall.ReceivedSpan;
import io.kspan.topology.waterfall.ReceivedTrace;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

/** Large, hostile and odd traces in a browser. */
@NeedsBrowser
class PageLimitsIT extends PageTest {
  private static final String ROWS = "#tree .body .row";
  private static final int SPANS = 10_000;

  /** Rows of a window of 800 pixels, those above and below it, and the current one. */
  private static final int DRAWN_AT_MOST = 60;

  @TempDir private static Path folder;

  @Test
  void shouldDrawOnlyTheRowsInSightOfTenThousandSpans() throws Exception {
    browser.open(
        MadeUpTraces.page(folder.resolve("large.html"), MadeUpTraces.large(SPANS)),
        "#/trace/" + MadeUpTraces.id(1));

    assertThat(browser.all(ROWS)).hasSizeLessThan(DRAWN_AT_MOST);
    assertThat(browser.one("#tree").getDomAttribute("aria-rowcount")).isEqualTo("" + (SPANS + 1));
    browser.script("document.querySelector('#tree .viewport').scrollTop = 5000 * 26");
    browser.await(
        () ->
            assertThat(browser.texts(ROWS)).anyMatch(row -> row.contains("Message of span 5001")));
    assertThat(browser.all(ROWS)).hasSizeLessThan(DRAWN_AT_MOST);
    browser.script("document.querySelector('#tree .body [tabindex=\"0\"]').focus()");
    browser.press(Keys.END);
    assertThat(Browser.text(browser.focused())).contains("Message of span " + SPANS);
    browser.press(Keys.PAGE_UP, Keys.PAGE_UP);
    assertThat(browser.all(ROWS)).hasSizeLessThan(DRAWN_AT_MOST);
    assertThat(browser.texts(ROWS)).isNotEmpty();
    browser.press("c");
    assertThat(browser.one("#tree").getDomAttribute("aria-rowcount")).isEqualTo("1002");
    assertThat(browser.all(ROWS)).hasSizeLessThan(DRAWN_AT_MOST);
    browser.press("/");
    browser.press("span 7777", Keys.ENTER);
    assertThat(browser.texts(ROWS + ".found")).singleElement().asString().contains("span 7777");
    assertThat(browser.console()).isEmpty();
  }

  @Test
  void shouldShowWhatAClusterSaysAsTextOnly() throws Exception {
    String hostile = "</script><img src=x onerror='window.broken=1'>\u2028<!--${7*7}{{data}}";
    ReceivedTrace trace =
        new ReceivedTrace(
            MadeUpTraces.id(1),
            List.of(
                MadeUpTraces.span(
                    1,
                    0,
                    "A" + hostile,
                    0,
                    10,
                    Map.of(
                        "k8s.namespace.name",
                        "n" + hostile,
                        "k8s.object.name",
                        "o" + hostile,
                        "kspan.outcome",
                        "x" + hostile,
                        "kspan.change.image" + hostile,
                        hostile + " -> " + hostile,
                        "__proto__",
                        hostile)),
                MadeUpTraces.span(2, 1, "B", 1, 2, Map.of("k8s.event.message", hostile))));
    browser.open(MadeUpTraces.page(folder.resolve("hostile.html"), trace), "");

    assertThat(browser.texts("#list .body .row"))
        .singleElement()
        .asString()
        .contains("A</script><img src=x");
    browser.press("/");
    browser.press("onerror", Keys.ENTER, Keys.ENTER);
    browser.await(() -> assertThat(browser.one("#tree").isDisplayed()).isTrue());
    browser.line("B").click();
    assertThat(browser.text("#details")).contains("</script><img src=x onerror='window.broken=1'>");
    assertThat(browser.text("#trace")).contains("{{data}}");
    assertThat(browser.all("img")).isEmpty();
    assertThat(browser.script("return window.broken")).isNull();
    assertThat(browser.console()).isEmpty();
    assertThat(browser.requests()).isEmpty();
  }

  /** Names that every object of JavaScript inherits. */
  @ParameterizedTest
  @ValueSource(strings = {"constructor", "toString", "__proto__", "hasOwnProperty"})
  void shouldTakeNoInheritedNameForAKnownOne(String inherited) throws Exception {
    Map<String, Object> hostile =
        Map.of(
            "k8s.object.name",
            inherited,
            "kspan.outcome",
            inherited,
            "kspan.owner.inferred",
            inherited,
            inherited,
            inherited);
    ReceivedTrace trace =
        new ReceivedTrace(
            MadeUpTraces.id(1),
            List.of(
                MadeUpTraces.linked(
                    MadeUpTraces.span(1, 0, inherited, 0, 10, hostile), link(2, 3, inherited))));
    ReceivedTrace other =
        new ReceivedTrace(
            MadeUpTraces.id(4), List.of(MadeUpTraces.span(4, 0, "Other", 0, 1, Map.of())));
    Path page = MadeUpTraces.page(folder.resolve("inherited.html"), trace, other);
    browser.open(page, "");
    browser.script("localStorage.setItem('kspan.theme', arguments[0])", inherited);
    browser.driver.navigate().refresh();

    assertThat(browser.all("#list .body .row")).hasSize(2);
    assertThat(browser.texts("#list .body .outcome")).contains(inherited);
    browser.click("#list .body a[href*='" + MadeUpTraces.id(1) + "']");
    awaitTitle(inherited + " " + inherited + " " + inherited);
    browser.line(inherited).click();
    assertThat(browser.text("#details")).doesNotContain("Its owner is", "native code");
    assertThat(browser.texts("#links li"))
        .containsExactly(
            "Link to trace %s span %s (not here)"
                .formatted(MadeUpTraces.id(2), MadeUpTraces.spanId(3)));
    assertThat(browser.one("#theme").getDomAttribute("aria-label"))
        .isEqualTo("Colours: as the system");
    assertThat(browser.console()).isEmpty();
  }

  @Test
  void shouldOpenNoConnection() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          exchange.close();
        });
    server.start();
    try {
      browser.open(MadeUpTraces.page(folder.resolve("alone.html"), MadeUpTraces.large(2)), "");
      Object answer =
          browser.driver.executeAsyncScript(
              "const done = arguments[1];"
                  + "new Image().src = arguments[0];"
                  + "fetch(arguments[0], {mode: 'no-cors'}).then(() => done('reached'), () => done('refused'))",
              "http://127.0.0.1:" + server.getAddress().getPort() + "/");
      assertThat(answer).isEqualTo("refused");
      assertThat(asked).hasValue(0);
      assertThat(browser.console()).anyMatch(line -> line.contains("Content Security Policy"));
    } finally {
      server.stop(0);
    }
  }

  @Test
  void shouldFollowLinksBetweenTracesAndNameThoseThatAreNotHere() throws Exception {
    Map<String, Object> object = Map.of("k8s.object.name", "web", "k8s.namespace.name", "shop");
    ReceivedTrace change =
        new ReceivedTrace(
            MadeUpTraces.id(1),
            List.of(MadeUpTraces.span(1, 0, "Deployment.Update", 0, 10, object)));
    ReceivedTrace activity =
        new ReceivedTrace(
            MadeUpTraces.id(2),
            List.of(
                MadeUpTraces.linked(
                    MadeUpTraces.span(2, 0, "Deployment.Activity", 500, 510, object),
                    link(1, 1, "change"),
                    link(77, 78, "traceparent"))));
    browser.open(
        MadeUpTraces.page(folder.resolve("links.html"), change, activity),
        "#/trace/" + MadeUpTraces.id(2));

    assertThat(browser.texts("#links li"))
        .containsExactly(
            "Change Deployment.Update shop/web, 2026-11-20 20:17:41",
            "Deployed by trace %s span %s (not here)"
                .formatted(MadeUpTraces.id(77), MadeUpTraces.spanId(78)));
    browser.click("#links a");
    awaitTitle("Deployment.Update shop/web");
    assertThat(browser.texts("#links li"))
        .containsExactly("Later activity Deployment.Activity shop/web, 2026-11-20 20:17:41");
    browser.click("#links a");
    awaitTitle("Deployment.Activity shop/web");
    browser.driver.navigate().back();
    awaitTitle("Deployment.Update shop/web");
  }

  @Test
  void shouldShowTheChangesOfADelivery() throws Exception {
    Map<String, Object> shop = Map.of("kspan.delivery.id", "d".repeat(32), "k8s.object.name", "a");
    ReceivedTrace first = trace(1, shop);
    ReceivedTrace second = trace(2, shop, link(1, 1, "delivery"));
    browser.open(
        MadeUpTraces.page(folder.resolve("delivery.html"), first, second, trace(3, Map.of())),
        "#/trace/" + MadeUpTraces.id(2));

    assertThat(browser.texts("#links li"))
        .containsExactly("First change of the delivery Deployment.Update a, 2026-11-20 20:17:41");
    assertThat(browser.text("#facts")).contains("Delivery 2 changes here");
    browser.click("#facts a");

    browser.await(() -> assertThat(browser.all("#list .body .row")).hasSize(2));
    assertThat(browser.fragment()).isEqualTo("#/?delivery=" + "d".repeat(32));
    assertThat(browser.text("#list-delivery option:checked"))
        .isEqualTo("2026-11-20 20:17:41 a, 2 traces");
    assertThat(browser.one("#list-kind").isDisplayed()).as("all alike").isFalse();
    browser.open(folder.resolve("delivery.html"), "#/trace/" + MadeUpTraces.id(1));
    assertThat(browser.texts("#links li")).isEmpty();
  }

  private static ReceivedTrace trace(
      int id, Map<String, Object> attributes, ReceivedSpan.Link... links) {
    ReceivedSpan root = MadeUpTraces.span(id, 0, "Deployment.Update", 0, 10, attributes);
    return new ReceivedTrace(MadeUpTraces.id(id), List.of(MadeUpTraces.linked(root, links)));
  }

  private static void awaitTitle(String title) {
    browser.await(() -> assertThat(browser.text("#trace-title")).isEqualTo(title));
  }

  private static ReceivedSpan.Link link(int trace, int span, String type) {
    return new ReceivedSpan.Link(
        MadeUpTraces.id(trace),
        MadeUpTraces.spanId(span),
        Attributes.copyOf(Map.of("kspan.link", type)));
  }

  @Test
  void shouldDrawOrphansAndTracesWithoutDuration() throws Exception {
    ReceivedTrace trace =
        new ReceivedTrace(
            MadeUpTraces.id(1),
            List.of(
                MadeUpTraces.span(1, 99, "Orphan", 0, 0, Map.of()),
                MadeUpTraces.span(2, 98, "Other", 0, 0, Map.of()),
                MadeUpTraces.span(3, 2, "Child", 0, 0, Map.of())));
    browser.open(
        MadeUpTraces.page(folder.resolve("odd.html"), trace), "#/trace/" + MadeUpTraces.id(1));

    assertThat(browser.texts(ROWS)).hasSize(3);
    browser.line("Orphan").click();
    assertThat(browser.text("#details")).contains("Span " + MadeUpTraces.spanId(99));
    browser.click("#zoom-in");
    assertThat(browser.console()).isEmpty();
    browser.open(MadeUpTraces.page(folder.resolve("none.html")), "");
    assertThat(browser.text("#list-empty")).isEqualTo("There are no traces in this file.");
    browser.assertAccessible("an empty list");
  }

  @Test
  void shouldNotMove() throws Exception {
    browser.open(
        MadeUpTraces.page(folder.resolve("still.html"), MadeUpTraces.large(20)),
        "#/trace/" + MadeUpTraces.id(1));

    assertThat(
            browser.script(
                "return [...document.querySelectorAll('*')].filter(e => getComputedStyle(e).transitionDuration !== '0s'"
                    + " || getComputedStyle(e).animationName !== 'none').length"))
        .isEqualTo(0L);
  }

  @Test
  void shouldSayWhyItIsEmptyWithoutScripts() throws Exception {
    Path page = MadeUpTraces.page(folder.resolve("plain.html"), MadeUpTraces.large(2));
    browser.driver.executeCdpCommand("Emulation.setScriptExecutionDisabled", Map.of("value", true));
    try {
      browser.driver.get(page.toUri().toString());
      assertThat(browser.text("noscript")).contains("draws its traces with JavaScript");
    } finally {
      browser.driver.executeCdpCommand(
          "Emulation.setScriptExecutionDisabled", Map.of("value", false));
    }
  }
}
