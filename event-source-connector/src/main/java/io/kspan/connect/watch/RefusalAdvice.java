package io.kspan.connect.watch;

import io.kspan.connect.record.WatchScope;

/** What to tell an operator whose API server refuses a request: what is missing, and where. */
final class RefusalAdvice {
  private RefusalAdvice() {}

  /**
   * @param needed what the request needs to be granted
   */
  static String of(WatchScope scope, FeedFailure.Refused refusal, RequiredRights.Right needed) {
    return "No access to " + scope + " (" + refusal.getMessage() + "): " + remedy(refusal, needed);
  }

  private static String remedy(FeedFailure.Refused refusal, RequiredRights.Right needed) {
    return switch (refusal.code()) {
      case 401 ->
          "the credentials were not accepted; renew the token, the token file or the kubeconfig";
      case 403 -> "grant " + needed;
      case 404 -> "this API server has no such resource (yet); install it, or correct 'resources'";
      default -> "the API server refuses the request; check the configuration of this connector";
    };
  }
}
