package io.kspan.connect.watch;

import io.kspan.connect.record.ResourceId;
import io.kspan.connect.record.WatchScope;

/**
 * What to tell an operator whose API server refuses a scope: the rule that is missing, ready to be
 * copied.
 */
final class RefusalAdvice {
  private RefusalAdvice() {}

  static String of(WatchScope scope, FeedFailure.Refused refusal) {
    return "No access to " + scope + " (" + refusal.getMessage() + "): " + remedy(scope, refusal);
  }

  private static String remedy(WatchScope scope, FeedFailure.Refused refusal) {
    return switch (refusal.code()) {
      case 401 ->
          "the credentials were not accepted; renew the token, the token file or the kubeconfig";
      case 403 -> "grant " + rule(scope.resource()) + where(scope.namespace());
      case 404 -> "this API server has no such resource (yet); install it, or correct 'resources'";
      default -> "the API server refuses the request; check the configuration of this connector";
    };
  }

  private static String rule(ResourceId resource) {
    return "{apiGroups: [\""
        + resource.group()
        + "\"], resources: [\""
        + resource.plural()
        + "\"], verbs: [\"get\", \"list\", \"watch\"]}";
  }

  private static String where(String namespace) {
    return namespace.isEmpty()
        ? " in a ClusterRole bound by a ClusterRoleBinding"
        : " in a Role of namespace " + namespace;
  }
}
