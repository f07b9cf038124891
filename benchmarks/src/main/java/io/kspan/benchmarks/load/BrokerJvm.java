package io.kspan.benchmarks.load;

import io.kspan.quickstart.broker.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.Path;

/** A broker until its standard input ends. */
final class BrokerJvm {
  private BrokerJvm() {}

  /** Starts it on the folder that is the only argument. */
  public static void main(String[] args) throws IOException {
    try (EmbeddedBroker broker = EmbeddedBroker.start(Path.of(args[0]))) {
      System.out.println("ready " + broker.bootstrapServers());
      while (System.in.read() >= 0) {
        // Nothing is asked of it.
        continue;
      }
    }
  }
}
