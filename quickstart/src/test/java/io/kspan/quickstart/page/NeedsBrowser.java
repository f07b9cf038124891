package io.kspan.quickstart.page;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIf;

/** Skipped where no Chromium is installed. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@EnabledIf(
    value = "io.kspan.quickstart.page.Browser#isInstalled",
    disabledReason =
        "no Chromium here: the page is not tested in a browser; apt-get install chromium chromium-driver")
@interface NeedsBrowser {}
