package io.kspan.deploy.cluster;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Runs with {@code -Pcluster}. With the profile and without a cluster it fails. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("cluster")
@ExtendWith(NeedsCluster.Profile.class)
@interface NeedsCluster {
  /** Says why not. */
  final class Profile implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return Boolean.getBoolean("cluster.tests")
          ? ConditionEvaluationResult.enabled("asked for with -Pcluster")
          : ConditionEvaluationResult.disabled(
              "needs a Kubernetes cluster; asked for with -Pcluster -Dkubeconfig=FILE only");
    }
  }
}
