package io.kspan.topology.faults;

import io.kspan.testsupport.JavaProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Instances of the topology in processes of their own, under a supervisor that starts what has
 * ended again, as Kubernetes does.
 */
final class Instances implements AutoCloseable {
  private static final int HEAP_MEGABYTES = 512;
  private static final String MAIN = "io.kspan.topology.Main";

  private final List<Slot> slots = new ArrayList<>();
  private final Path folder;
  private int restarts;

  /** A place for an instance: its settings and its state outlive it. */
  private static final class Slot {
    private final Map<String, String> settings;
    private final Path output;
    private JavaProcess process;

    Slot(Map<String, String> settings, Path output) {
      this.settings = settings;
      this.output = output;
      start();
    }

    void start() {
      process =
          new JavaProcess(HEAP_MEGABYTES, MAIN, JavaProcess.arguments("run", settings), output);
    }
  }

  /** None yet; each prints into {@code folder} and has its state there. */
  Instances(Path folder) {
    this.folder = folder;
  }

  /** Starts one more. */
  void add(Map<String, String> settings) {
    String name = "instance-" + slots.size();
    Map<String, String> own = new HashMap<>(settings);
    own.put("kafka.state.dir", folder.resolve(name + "-state").toString());
    own.put("kafka.client.id", name);
    slots.add(new Slot(own, folder.resolve(name + ".log")));
  }

  int count() {
    return slots.size();
  }

  /** Starts again what has ended, for whatever reason. */
  void supervise() {
    for (Slot slot : slots) {
      if (!slot.process.isAlive()) {
        restarts++;
        slot.start();
      }
    }
  }

  /** How often something was started again. */
  int restarts() {
    return restarts;
  }

  /** SIGKILL. */
  void kill(int index) {
    slots.get(index).process.kill();
  }

  /** SIGTERM, and waits for the end. */
  void stop(int index) throws InterruptedException {
    slots.get(index).process.stop().exitCode();
  }

  /** SIGTERM to all. */
  void stopAll() throws InterruptedException {
    for (Slot slot : slots) {
      slot.process.stop();
    }
    for (Slot slot : slots) {
      slot.process.exitCode();
    }
  }

  /** What the instances have printed last. */
  String outputs() {
    StringBuilder all = new StringBuilder();
    slots.forEach(slot -> all.append(slot.process.output()).append('\n'));
    return all.toString();
  }

  @Override
  public void close() {
    slots.forEach(slot -> slot.process.close());
  }
}
