package io.kspan.benchmarks.load;

import io.kspan.topology.application.SpanTopologyApplication;
import java.util.Map;

/** The topology as it is deployed. */
final class TopologyUnderTest implements Application {
  private final SpanTopologyApplication application;
  private final int partitions;

  TopologyUnderTest(Map<String, String> settings, int partitions) {
    this.application = new SpanTopologyApplication(settings);
    this.partitions = partitions;
  }

  @Override
  public void start() {
    application.start();
  }

  @Override
  public String state() {
    return application.state();
  }

  @Override
  public boolean isThrough() {
    return application.progress().drained().size() == partitions;
  }

  @Override
  public long written() {
    return application.progress().spans();
  }

  @Override
  public void close() {
    application.close();
  }
}
