package io.kspan.quickstart;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** No subcommand: the pipeline, live. */
@Command(
    name = "quickstart.sh",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    description = "Kubernetes Events as OpenTelemetry traces, the whole pipeline in one process.")
final class QuickstartCommand implements Callable<Integer> {

  private final Run process;

  QuickstartCommand(Run process) {
    this.process = process;
  }

  @Override
  public Integer call() {
    process.console().progress("not built yet");
    return 0;
  }
}
