package io.kspan.quickstart.connect;

import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.connect.cli.ConnectDistributed;
import org.apache.kafka.connect.errors.NotFoundException;
import org.apache.kafka.connect.runtime.Connect;
import org.apache.kafka.connect.runtime.Herder;
import org.apache.kafka.connect.runtime.distributed.DistributedHerder;
import org.apache.kafka.connect.runtime.rest.entities.ConnectorInfo;
import org.apache.kafka.connect.runtime.rest.entities.ConnectorStateInfo;
import org.apache.kafka.connect.util.FutureCallback;

/**
 * One distributed Connect worker in this JVM: the published runtime, which loads the connector from
 * its plugin folder in a class loader of its own, as a production worker does.
 *
 * <p>Thread-safe. {@link #start} either returns a worker that takes REST requests or throws; {@link
 * #close} returns when its connectors have stopped.
 */
public final class EmbeddedConnectWorker implements AutoCloseable {

  private static final int ANSWER_SECONDS = 30;

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

  /**
   * Creates the connector {@code name}.
   *
   * @throws ConnectorException with the worker's message when it refuses the configuration
   */
  public void create(String name, Map<String, String> config) throws InterruptedException {
    Map<String, String> named = new HashMap<>(config);
    named.put("name", name);
    FutureCallback<Herder.Created<ConnectorInfo>> answer = new FutureCallback<>();
    connect.herder().putConnectorConfig(name, named, true, answer);
    try {
      answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new ConnectorException(e.getCause().getMessage());
    } catch (TimeoutException e) {
      throw new IllegalStateException("the Connect worker does not answer", e);
    }
  }

  /**
   * The number of running tasks of the connector; 0 while its state is not known.
   *
   * @throws ConnectorException when the connector or a task has failed
   */
  public int runningTasks(String name) {
    ConnectorStateInfo status;
    try {
      status = connect.herder().connectorStatus(name);
    } catch (NotFoundException e) {
      return 0;
    }
    checkNotFailed(status.connector());
    status.tasks().forEach(EmbeddedConnectWorker::checkNotFailed);
    return (int) status.tasks().stream().filter(task -> task.state().equals("RUNNING")).count();
  }

  private static void checkNotFailed(ConnectorStateInfo.AbstractState part) {
    if (part.state().equals("FAILED")) {
      // The first line of the trace is the exception and its message.
      throw new ConnectorException(part.trace().lines().findFirst().orElse(""));
    }
  }

  /** The worker refused the connector, or it failed. */
  public static final class ConnectorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ConnectorException(String message) {
      super(message);
    }
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
