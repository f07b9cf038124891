package io.kspan.quickstart;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code ./quickstart.sh replay}, for tests of other packages. */
public final class ReplayRun {

  private ReplayRun() {}

  /**
   * Replays with these arguments.
   *
   * @return what was printed if it failed, else empty
   */
  public static String of(Path home, String... arguments) {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    List<String> all = new ArrayList<>(List.of("replay"));
    all.addAll(List.of(arguments));
    Run run =
        new Run(
            new Console(out, out, false, 100),
            new Resources(),
            new Environment(home, false, Map.of()));
    int code = new Main(run).execute(all.toArray(String[]::new));
    return code == 0 ? "" : "exit code " + code + "\n" + printed.toString(StandardCharsets.UTF_8);
  }
}
