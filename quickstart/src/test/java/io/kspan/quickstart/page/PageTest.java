package io.kspan.quickstart.page;

import org.junit.jupiter.api.BeforeAll;

/** A test of a page in a browser, which {@link NeedsBrowser}. */
abstract class PageTest {
  static Browser browser;

  @BeforeAll
  static void startBrowser() {
    browser = Browser.shared();
  }
}
