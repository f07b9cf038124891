package io.kspan.deploy.docker;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;

/** Runs with {@code -Pdocker} where a container engine answers, and with images that were built. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("docker")
@ExtendWith(NeedsDocker.Condition.class)
@interface NeedsDocker {
  /** Says why not. */
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (!Boolean.getBoolean("docker.tests")) {
        return ConditionEvaluationResult.disabled("needs images; asked for with -Pdocker only");
      }
      if (!DockerClientFactory.instance().isDockerAvailable()) {
        return ConditionEvaluationResult.disabled("no container engine answers");
      }
      return ConditionEvaluationResult.enabled("a container engine answers");
    }
  }
}
