package io.kspan.benchmarks.load;

import io.kspan.benchmarks.connector.ConnectorCommand;
import picocli.CommandLine;

/** Runs one of the load benchmarks and prints its table as markdown. */
public final class Main {
  private Main() {}

  /** See {@code benchmarks/README.md}. */
  public static void main(String[] args) {
    // Not that of Kafka's test jars, which logs everything to standard output.
    System.setProperty("log4j2.configurationFile", "classpath:log4j2.xml");
    System.exit(
        new CommandLine(new Commands(String.join(" ", args)))
            .addSubcommand(new ThroughputCommand())
            .addSubcommand(new TreesCommand())
            .addSubcommand(new LatencyCommand())
            .addSubcommand(new ObjectsCommand())
            .addSubcommand(new SinkCommand())
            .addSubcommand(new ConnectorCommand())
            .addSubcommand(new IdleCommand())
            .execute(args));
  }

  @CommandLine.Command(
      name = "load",
      description = "What the topology does on a real broker.",
      synopsisSubcommandLabel = "COMMAND")
  static final class Commands implements Runnable {
    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;
    private final String arguments;

    Commands(String arguments) {
      this.arguments = arguments;
    }

    String arguments() {
      return arguments;
    }

    @Override
    public void run() {
      throw new CommandLine.ParameterException(spec.commandLine(), "name a benchmark");
    }
  }
}
