package io.kspan.deploy.engine;

import io.kspan.quickstart.recording.RecordedApiServer;
import io.kspan.quickstart.recording.Recording;
import io.kspan.testsupport.broker.TcpProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A cluster to watch: the recorded API server in this JVM, and in front of it an address that
 * containers reach.
 */
final class WatchedCluster implements AutoCloseable {
  /** The time that the connector needs to open its watches. */
  private static final Duration LEAD = Duration.ofSeconds(20);

  private final String host;
  private final RecordedApiServer server;
  private final TcpProxy proxy;

  /**
   * Serves the bundled recording, moved to now.
   *
   * @param host an address of this machine
   */
  WatchedCluster(String host) throws IOException {
    this.host = host;
    Recording bundled = Recording.bundled();
    Duration shift = Duration.between(bundled.start(), Instant.now().plus(LEAD));
    server = new RecordedApiServer(bundled.shifted(shift.toSeconds()));
    proxy = new TcpProxy(InetAddress.getByName(host), server.address().getPort());
  }

  String url() {
    return "http://" + host + ":" + proxy.port();
  }

  String kubeconfig() {
    return """
        apiVersion: v1
        kind: Config
        current-context: recorded
        clusters: [{name: recorded, cluster: {server: "%s"}}]
        users: [{name: anonymous, user: {}}]
        contexts: [{name: recorded, context: {cluster: recorded, user: anonymous}}]
        """
        .formatted(url());
  }

  boolean isWatched() {
    return server.isWatched();
  }

  /** Plays the changes: a rollout, then a crash loop. */
  void play() {
    server.play(InstantSource.system(), () -> {});
  }

  @Override
  public void close() {
    proxy.close();
    server.close();
  }
}
