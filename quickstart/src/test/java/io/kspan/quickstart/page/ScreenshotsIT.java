package io.kspan.quickstart.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.quickstart.DrivenTopology;
import io.kspan.testsupport.corpus.Corpus;
import io.kspan.testsupport.corpus.WatchEvent;
import io.kspan.testsupport.generate.InputMessage;
import io.kspan.topology.names.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.interactions.Actions;

/**
 * The pictures of the documentation, of real traces. Every run draws them into {@code target}; with
 * {@code -Dgolden.update=true} they replace those in {@code docs/images}.
 */
class ScreenshotsIT {
  private static final Path DOCS = Path.of("..", "docs");
  private static final Path IMAGES = DOCS.resolve("images");
  private static final Path DRAWN = Path.of("target", "screenshots");
  private static final Pattern NAMED = Pattern.compile("images/([\\w-]+\\.png)");
  private static final String INCIDENT =
      "#/incident?from=2026-11-20T20:18Z&to=2026-11-20T20:20:45Z";
  private static final Instant OPEN_AT = Instant.parse("2026-11-20T20:18:33Z");
  private static final String OPEN_TRACE = "dcc5d406a5f9c085015dcfdf8f045a24";
  private static final int MAX_BYTES = 150_000;

  private static Browser browser;

  /** A picture: what to search for, how high, what it must show. */
  private enum Shot {
    TRACES("", 640, "Deployment.Update", "a-rollout", "✓ succeeded", "» overtaken"),
    ROLLOUT("a-rollout 1.1 deployment.update", 800, "registry.local/web:1.1", "Pod.Unhealthy"),
    CAUSE("a-rollout 1.1 deployment.update", 700, "Caused by ReplicaSet.SuccessfulDelete"),
    DETAILS(
        "a-rollout 1.1 deployment.update", 760, "Caused by", "k8s.event.reason", "k8s.pod.name"),
    BAD_IMAGE("a-badimage overtaken", 620, "registry.local/web:9.9", "ErrImagePull"),
    ROLLBACK("a-badimage 9.9 succeeded", 400, "registry.local/web:9.9", "Scaled down"),
    CRASH_LOOP("a-crashloop", 760, "deleted", "Back-off restarting failed container"),
    STATEFULSET(
        "a-stateful statefulset.update successfuldelete", 760, "StatefulSet.SuccessfulDelete"),
    JOB("a-jobs fails job.update", 960, "✗ failed", "BackoffLimitExceeded"),
    CUSTOM_RESOURCE("a-custom app.sync", 740, "App.Sync", "Commit 0a1b2c3", "Deployed by"),
    OPEN("", 560, "○ open", "Not over because", "Back-off pulling image"),
    INCIDENT(
        "",
        560,
        "Before the first failure at 20:18:01",
        "image.main web:1.0 → web:9.9, revision 1 → 2, ");

    private final String search;
    private final int height;
    private final List<String> shows;

    Shot(String search, int height, String... shows) {
      this.search = search;
      this.height = height;
      this.shows = List.of(shows);
    }

    String file() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-') + ".png";
    }
  }

  @NeedsBrowser
  @ParameterizedTest
  @EnumSource
  void shouldDraw(Shot shot) throws IOException {
    browser = Browser.shared();
    browser.size(new Dimension(Browser.SIZE.width, shot.height));
    browser.media(shot == Shot.DETAILS ? "dark" : "light");
    if (shot == Shot.OPEN) {
      try (LivePage page = page(OPEN_AT)) {
        browser.open(page.address("#/trace/" + OPEN_TRACE));
        browser.await(() -> assertThat(browser.text("body")).contains(shot.shows));
        save(shot);
      }
    } else {
      browser.open(RecordedPage.file(), shot == Shot.INCIDENT ? INCIDENT : "");
      pose(shot);
      assertThat(browser.text("body")).contains(shot.shows);
      save(shot);
    }
  }

  /** The page of an installation while the recording happens. */
  private static LivePage page(Instant at) throws IOException {
    LivePage page = new LivePage();
    List<WatchEvent> recording = Corpus.watchEvents("cluster-a");
    try (DrivenTopology topology = new DrivenTopology("demo", recording.get(0).receivedAt())) {
      for (WatchEvent event : recording) {
        if (event.receivedAt().isBefore(at)) {
          topology.until(event.receivedAt());
          for (InputMessage message : event.messages("demo")) {
            Topics topics = DrivenTopology.TOPICS;
            topology.pipe(message.event() ? topics.events() : topics.objects(), message.envelope());
          }
        }
      }
      topology.until(at);
      topology.finished().forEach(page::add);
      page.open(topology.open());
    }
    return page;
  }

  private static void save(Shot shot) throws IOException {
    Picture picture = new Picture(browser.screenshot());

    assertThat(picture.width()).isEqualTo(Browser.SIZE.width);
    assertThat(picture.colours()).as("not blank").isGreaterThan(50);
    byte[] png = picture.small();
    assertThat(png.length).as("bytes of " + shot.file()).isLessThan(MAX_BYTES);
    Files.createDirectories(DRAWN);
    Files.write(DRAWN.resolve(shot.file()), png);
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(IMAGES);
      Files.write(IMAGES.resolve(shot.file()), png);
    }
  }

  private static void pose(Shot shot) {
    if (shot.search.isEmpty()) {
      return;
    }
    browser.press("/");
    browser.press(shot.search);
    assertThat(browser.texts("#list .body .row")).as(shot.search).hasSize(1);
    browser.press(Keys.ENTER);
    browser.press(Keys.ENTER);
    browser.await(() -> assertThat(browser.one("#tree").isDisplayed()).isTrue());
    browser.script("document.activeElement.blur()");
    if (shot == Shot.CAUSE) {
      new Actions(browser.driver).moveToElement(browser.line("Pod.Killing")).perform();
      browser.await(() -> assertThat(browser.one("#tip").isDisplayed()).isTrue());
    } else if (shot == Shot.DETAILS) {
      browser.line("Pod.Unhealthy").click();
    }
  }

  @Test
  void shouldBeThePicturesOfTheDocumentation() throws IOException {
    Set<String> drawn =
        Stream.of(Shot.values()).map(Shot::file).collect(Collectors.toCollection(TreeSet::new));
    Set<String> named = new TreeSet<>();
    try (Stream<Path> pages = Files.list(DOCS)) {
      for (Path page :
          Stream.concat(Stream.of(Path.of("..", "README.md")), pages)
              .filter(file -> file.toString().endsWith(".md"))
              .toList()) {
        Matcher image = NAMED.matcher(Files.readString(page));
        while (image.find()) {
          named.add(image.group(1));
        }
      }
    }
    try (Stream<Path> images = Files.list(IMAGES)) {
      assertThat(images.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(drawn);
    }
    assertThat(named).isEqualTo(drawn);
  }
}
