package io.kspan.testsupport;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.pollinterval.IterativePollInterval;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * How long a test waits for what must happen, and how often it looks, if it does not say: a test
 * that fails because the machine is busy says nothing, and many look into topics by reading them
 * all. Registered for all tests as a service.
 */
public final class PatientAwait implements BeforeAllCallback {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration FIRST = Duration.ofMillis(25);
  private static final Duration LONGEST = Duration.ofMillis(800);

  @Override
  public void beforeAll(ExtensionContext context) {
    Awaitility.setDefaultTimeout(PATIENCE);
    Awaitility.setDefaultPollInterval(IterativePollInterval.iterative(PatientAwait::longer, FIRST));
  }

  private static Duration longer(Duration last) {
    Duration next = last.multipliedBy(2);
    return next.compareTo(LONGEST) > 0 ? LONGEST : next;
  }
}
