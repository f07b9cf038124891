package io.kspan.quickstart.connect;

import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.connect.cli.ConnectDistributed;
import org.apache.kafka.connect.runtime.Connect;
import org.apache.kafka.connect.runtime.distributed.DistributedHerder;

/**
 * One distributed Connect worker in this JVM: the published runtime, which loads the connector from
 * its plugin folder in a class loader of its own, as a production worker does.
 *
 * <p>Thread-safe. {@link #start} either returns a worker that takes REST requests or throws; {@link
 * #close} returns when its connectors have stopped.
 */
public final class EmbeddedConnectWorker implements AutoCloseable {

  private final Connect<DistributedHerder> connect;

  private EmbeddedConnectWorker(Connect<DistributedHerder> connect) {
    this.connect = connect;
  }

  /**
   * Starts a worker.
   *
   * @param pluginPath a folder of plugin folders
   * @throws IllegalStateException when it does not come up
   */
  public static EmbeddedConnectWorker start(String bootstrapServers, Path pluginPath) {
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    // By default the runtime ends the process.
    Exit.setExitProcedure(
        (code, message) -> {
          throw new IllegalStateException(
              message == null ? "the Connect worker gave up with code " + code : message);
        });
    try {
      return new EmbeddedConnectWorker(
          new ConnectDistributed().startConnect(settings(bootstrapServers, pluginPath)));
    } finally {
      Exit.resetExitProcedure();
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  private static Map<String, String> settings(String bootstrapServers, Path pluginPath) {
    Map<String, String> settings = new HashMap<>();
    settings.put("bootstrap.servers", bootstrapServers);
    settings.put("group.id", "kspan-connect");
    settings.put("client.id", "connect-worker");
    settings.put("listeners", "http://127.0.0.1:0");
    settings.put("rest.advertised.host.name", "127.0.0.1");
    settings.put("plugin.path", pluginPath.toString());
    // Fast and strict: a plugin without a manifest is not found.
    settings.put("plugin.discovery", "service_load");
    String converter = "org.apache.kafka.connect.storage.StringConverter";
    settings.put("key.converter", converter);
    settings.put("value.converter", converter);
    for (String storage : new String[] {"config", "offset", "status"}) {
      settings.put(storage + ".storage.topic", "connect-" + storage);
      settings.put(storage + ".storage.replication.factor", "1");
    }
    settings.put("offset.storage.partitions", "1");
    settings.put("status.storage.partitions", "1");
    settings.put("offset.flush.interval.ms", "1000");
    // There is no other worker to wait for.
    settings.put("scheduled.rebalance.max.delay.ms", "0");
    settings.put("topic.creation.enable", "false");
    return settings;
  }

  /** The address of its REST interface. */
  public URI address() {
    return connect.rest().serverUrl();
  }

  @Override
  public void close() {
    connect.stop();
    connect.awaitStop();
  }
}
