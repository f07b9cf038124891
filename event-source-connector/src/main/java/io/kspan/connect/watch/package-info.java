/**
 * List and watch feeds over the Kubernetes API, the bounded hand-over to the task, backoff, and
 * what can go wrong.
 *
 * <p>fabric8 gives configuration, authentication, TLS and the HTTP client; the list and watch
 * protocol is read here, because bookmarks, clean empty closes, stalls and garbage must be seen to
 * be answered. May import fabric8's client, Jackson, the Connect API, SLF4J and {@code
 * io.kspan.connect.record}; not the connector classes above it.
 */
package io.kspan.connect.watch;
