package io.kspan.benchmarks.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Runs one application over a small input, so that the JVM has compiled it, then over the one that
 * is measured. Says {@code running}, {@code through <written>} and, asked for {@code heap}, the
 * bytes in use after a collection. Ends with its standard input.
 *
 * <p>Arguments are {@code key=value}: {@code baseline} (true or false), {@code partitions}, {@code
 * records}, {@code stored.bytes}, {@code warm.prefix}, {@code warm.records}, {@code end} (whether
 * the input has an end); the others are settings of the topology.
 */
final class ApplicationJvm {
  private static final long LOOK_MILLIS = 5;

  private final Map<String, String> settings;
  private final boolean baseline;
  private final int partitions;
  private final int storedBytes;

  private ApplicationJvm(Map<String, String> arguments) {
    this.settings = arguments;
    this.baseline = Boolean.parseBoolean(arguments.remove("baseline"));
    this.partitions = Integer.parseInt(arguments.remove("partitions"));
    this.storedBytes = Integer.parseInt(arguments.remove("stored.bytes"));
  }

  /** Ends when its standard input does. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Map<String, String> arguments = new HashMap<>();
    for (String argument : args) {
      int equals = argument.indexOf('=');
      arguments.put(argument.substring(0, equals), argument.substring(equals + 1));
    }
    long records = Long.parseLong(arguments.remove("records"));
    long warmRecords = Long.parseLong(arguments.remove("warm.records"));
    String warmPrefix = arguments.remove("warm.prefix");
    ApplicationJvm jvm = new ApplicationJvm(arguments);
    if (warmRecords > 0) {
      try (Application warm = jvm.application(warmPrefix, warmRecords)) {
        warm.start();
        awaitThrough(warm);
      }
    }
    try (Application measured = jvm.application(jvm.settings.get("topic.prefix"), records)) {
      measured.start();
      await(measured, () -> isRunning(measured));
      System.out.println("running");
      if (records > 0) {
        awaitThrough(measured);
        System.out.println("through " + measured.written());
      }
      answer(measured);
    }
    System.out.println("closed");
  }

  private Application application(String prefix, long records) {
    Map<String, String> own = new HashMap<>(settings);
    own.put("topic.prefix", prefix);
    // Internal topics begin with it, and so with the prefix: they are made anew with the others.
    own.put("application.id", prefix + settings.get("application.id"));
    return baseline
        ? new BaselineTopology(own, partitions, records, storedBytes)
        : new TopologyUnderTest(own, partitions);
  }

  private static boolean isRunning(Application application) {
    return application.state().equals("RUNNING");
  }

  private static void awaitThrough(Application application) throws InterruptedException {
    await(application, () -> isRunning(application));
    await(application, application::isThrough);
  }

  private static void await(Application application, BooleanSupplier condition)
      throws InterruptedException {
    while (!condition.getAsBoolean()) {
      if (application.state().equals("ERROR")) {
        throw new IllegalStateException("the application failed; its log says why");
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }

  private static void answer(Application application) throws IOException {
    BufferedReader asked =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = asked.readLine(); line != null; line = asked.readLine()) {
      if (line.equals("heap")) {
        System.gc();
        System.out.println(
            "heap " + ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
      } else if (line.equals("written")) {
        System.out.println("written " + application.written());
      }
    }
  }
}
