package io.kspan.quickstart;

import io.kspan.quickstart.cli.CommandContext;
import io.kspan.quickstart.cli.Installation;
import io.kspan.quickstart.process.Console;
import io.kspan.quickstart.process.Resources;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** Runs {@code ./quickstart.sh} in this JVM and keeps what it prints. */
public final class CommandRun {

  private final Installation installation;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  /** In a checkout. */
  public CommandRun(Path home) {
    this(Installation.checkout(home));
  }

  CommandRun(Installation installation) {
    this.installation = installation;
  }

  /** Returns the exit code; {@link #out} and {@link #err} are those of this call. */
  public int execute(String... arguments) {
    out.reset();
    err.reset();
    Console console = new Console(stream(out), stream(err), false, 100);
    PrintStream before = System.out;
    // picocli itself prints help and version.
    System.setOut(stream(out));
    try {
      return Main.execute(
          new CommandContext(console, new Resources(), installation, false, Map.of()), arguments);
    } finally {
      System.setOut(before);
    }
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  public String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  public String err() {
    return err.toString(StandardCharsets.UTF_8).replace("\r", "");
  }
}
