package io.kspan.quickstart.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * A headless Chromium with the page in it. Debian's packages {@code chromium} and {@code
 * chromium-driver} bring what is needed; nothing is downloaded.
 *
 * <p>For one thread.
 */
final class Browser {
  static final Dimension SIZE = new Dimension(1200, 800);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String AXE = axe();

  /** Kept, or its level would go with it: it warns of every browser newer than itself. */
  private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

  private static Browser shared;

  final ChromeDriver driver;
  private final ChromeDriverService service;

  private Browser(Path chromium, Path chromedriver) {
    SELENIUM.setLevel(Level.SEVERE);
    // With its path given, Selenium does not look for a driver on the network.
    service =
        new ChromeDriverService.Builder().usingDriverExecutable(chromedriver.toFile()).build();
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    logs.enable(LogType.PERFORMANCE, Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(chromium.toFile());
    options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
    options.addArguments(
        "--headless=new",
        // Containers run tests as root, without user namespaces and with a small /dev/shm.
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--force-device-scale-factor=1",
        "--hide-scrollbars");
    driver = new ChromeDriver(service, options);
  }

  static boolean isInstalled() {
    return chromium().isPresent() && chromedriver().isPresent();
  }

  /** The browser of all tests in this JVM, which {@link NeedsBrowser}; ends with the JVM. */
  static synchronized Browser shared() {
    if (shared == null) {
      shared = new Browser(chromium().orElseThrow(), chromedriver().orElseThrow());
      Runtime.getRuntime().addShutdownHook(new Thread(shared::close, "browser"));
    }
    shared.size(SIZE);
    shared.media("light");
    return shared;
  }

  private static Optional<Path> chromium() {
    return onPath("chromium", "chromium-browser", "google-chrome");
  }

  private static Optional<Path> chromedriver() {
    return onPath("chromedriver");
  }

  private static Optional<Path> onPath(String... names) {
    String[] folders = System.getenv().getOrDefault("PATH", "").split(File.pathSeparator);
    return Stream.of(names)
        .flatMap(name -> Stream.of(folders).map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Opens the page in {@code file} at {@code fragment}, without what earlier pages have left. */
  void open(Path file, String fragment) {
    open(file.toUri() + fragment);
  }

  void open(String url) {
    if (!driver.getCurrentUrl().startsWith("data:")) {
      script("localStorage.clear()");
    }
    // Else only the fragment would change.
    driver.get("data:,");
    driver.manage().logs().get(LogType.BROWSER);
    requests();
    driver.get(url);
  }

  /** Of what is drawn, without the window around it. */
  void size(Dimension size) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of(
            "width", size.width, "height", size.height, "deviceScaleFactor", 1, "mobile", false));
  }

  Object script(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  WebElement one(String selector) {
    List<WebElement> found = driver.findElements(By.cssSelector(selector));
    assertThat(found).as(selector).hasSize(1);
    return found.get(0);
  }

  List<WebElement> all(String selector) {
    return driver.findElements(By.cssSelector(selector));
  }

  /** The texts as they are rendered, with runs of blanks as one. */
  List<String> texts(String selector) {
    return all(selector).stream().map(Browser::text).toList();
  }

  static String text(WebElement element) {
    return element.getText().replaceAll("\\s+", " ").strip();
  }

  String text(String selector) {
    return text(one(selector));
  }

  void click(String selector) {
    one(selector).click();
  }

  /** Presses keys wherever the focus is. */
  void press(CharSequence... keys) {
    new Actions(driver).sendKeys(keys).perform();
  }

  void pressShift(CharSequence key) {
    new Actions(driver).keyDown(Keys.SHIFT).sendKeys(key).keyUp(Keys.SHIFT).perform();
  }

  /** The row of the tree that has the focus. */
  WebElement focused() {
    return driver.switchTo().activeElement();
  }

  String fragment() {
    return driver.getCurrentUrl().replaceFirst("^[^#]*", "");
  }

  /** Clicks the line of the tree that begins like this. */
  WebElement line(String beginning) {
    return all("#tree .body .row").stream()
        .filter(row -> text(row).contains(beginning))
        .findFirst()
        .orElseThrow(
            () -> new AssertionError("no line " + beginning + " in\n" + texts("#tree .body .row")));
  }

  void await(Runnable assertion) {
    Awaitility.await()
        .atMost(PATIENCE)
        // The page may draw anew between finding something and reading it.
        .ignoreException(StaleElementReferenceException.class)
        .untilAsserted(assertion::run);
  }

  /** Whether the system is light or dark. */
  void media(String scheme) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  /** The lines that the page has written on the console since the last call. */
  List<String> console() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(Object::toString)
        .toList();
  }

  /** The addresses that the page has requested over a network since the last call. */
  List<String> requests() {
    return driver.manage().logs().get(LogType.PERFORMANCE).getAll().stream()
        .map(entry -> entry.getMessage())
        .filter(message -> message.contains("\"Network.requestWillBeSent\""))
        .map(message -> message.replaceAll("(?s).*\"request\":\\{.*?\"url\":\"([^\"]*)\".*", "$1"))
        .filter(
            url ->
                !url.startsWith("file:") && !url.startsWith("data:") && !url.startsWith("about:"))
        .toList();
  }

  /** Checks what a machine can check of WCAG 2.2 AA and of good practice. */
  void assertAccessible(String state) {
    script(AXE);
    Object violations =
        driver.executeAsyncScript(
            "const done = arguments[0];"
                + "axe.run().then(found => done(found.violations.map(rule => rule.id + ': ' + rule.help + '\\n  '"
                + " + rule.nodes.map(node => node.html + ' ' + node.failureSummary).join('\\n  '))))");
    assertThat((List<?>) violations).as(state).isEmpty();
  }

  byte[] screenshot() {
    return driver.getScreenshotAs(OutputType.BYTES);
  }

  private static String axe() {
    try (InputStream in = Browser.class.getResourceAsStream("/axe.min.js")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void close() {
    driver.quit();
    service.stop();
  }
}
