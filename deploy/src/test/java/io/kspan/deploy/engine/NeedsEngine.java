package io.kspan.deploy.engine;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs with {@code -Pengine}, and builds the images first. With the profile and without an engine
 * it fails.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("engine")
@ExtendWith(NeedsEngine.Images.class)
@interface NeedsEngine {
  /** Says why not; builds once in a JVM. */
  final class Images implements ExecutionCondition, BeforeAllCallback {
    private static boolean built;

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return Boolean.getBoolean("engine.tests")
          ? ConditionEvaluationResult.enabled("asked for with -Pengine")
          : ConditionEvaluationResult.disabled(
              "needs a container engine; asked for with -Pengine only");
    }

    @Override
    public void beforeAll(ExtensionContext context) {
      buildOnce();
    }

    private static synchronized void buildOnce() {
      if (!built) {
        ComposeProject.requireEngine();
        ComposeProject.build();
        built = true;
      }
    }
  }
}
