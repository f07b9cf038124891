/**
 * Feeds that list and watch the Kubernetes API, their failures and backoff, and the bounded
 * hand-over to the task.
 *
 * <p>fabric8 provides configuration, authentication, TLS and the HTTP client. The list and watch
 * protocol is read here, because a feed must react to bookmarks, clean empty closes, stalls and
 * garbage. May import fabric8's client, Jackson, the Connect API, SLF4J and {@code
 * io.kspan.connect.record}; not the connector classes above it.
 */
package io.kspan.connect.watch;
