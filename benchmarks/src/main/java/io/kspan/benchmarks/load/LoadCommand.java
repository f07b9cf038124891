package io.kspan.benchmarks.load;

import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** A benchmark with a broker of its own, which prints a table. For one thread. */
abstract class LoadCommand implements Callable<Integer> {
  @ParentCommand private Main.Commands parent;
  @Mixin Bench bench;

  /** While the broker runs. */
  abstract void measure() throws InterruptedException;

  @Override
  public final Integer call() throws InterruptedException {
    bench.open();
    try {
      measure();
    } finally {
      bench.close();
    }
    return 0;
  }

  /** What the figures were measured with, and on what: a line, or nothing. */
  final void printConditions(String input) {
    System.out.println(Bench.conditions(parent.arguments()));
    System.out.println(input.isEmpty() ? "" : "\n" + input + "\n");
  }

  static void printHead(String... columns) {
    System.out.println(Bench.row((Object[]) columns));
    System.out.println("|" + "---|".repeat(columns.length));
  }
}
