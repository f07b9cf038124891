package io.kspan.topology;

import io.kspan.topology.cli.Shutdown;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs a command of {@code span-topology} in this JVM and keeps what it prints. */
public final class CommandRun {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /** Returns the exit code; {@link #out} and {@link #err} are those of this call. */
  public int execute(String... arguments) {
    return execute(new Shutdown(), Map.of(), arguments);
  }

  public int execute(Shutdown shutdown, Map<String, String> environment, String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Main.execute(
        arguments, environment, shutdown, new PrintWriter(out, true), new PrintWriter(err, true));
  }

  /** A command with settings, and options behind them. */
  public static String[] line(String command, Map<String, String> settings, String... options) {
    List<String> line = new ArrayList<>(List.of(command));
    settings.forEach((key, value) -> line.add("--set=" + key + "=" + value));
    line.addAll(List.of(options));
    return line.toArray(String[]::new);
  }

  public String out() {
    return out.toString();
  }

  public String err() {
    return err.toString();
  }
}
