package io.kspan.benchmarks;

import io.kspan.topology.assemble.Assembler;
import io.kspan.topology.assemble.Session;
import io.kspan.topology.assemble.Sessions;
import io.kspan.topology.assemble.TraceSettings;
import io.kspan.topology.model.RootLog;
import io.kspan.topology.model.WrittenGenerations;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Cutting the log of a rollout into its session and assembling that: {@code occurrences} is how
 * many are assembled per second. That it hardly falls as the Deployments grow is what is asked of
 * the trace model.
 *
 * <p>All runs go through equally many pods, in few large Deployments or in many small ones: a
 * single small log, assembled again and again, would never leave the processor's caches, as one
 * that gather has just read always does. {@code -p totalPods=1} measures that, too.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 2, jvmArgsAppend = "-Xmx2g")
public class AssembleBenchmark {
  @Param({"10", "100", "1000", "10000"})
  public int pods;

  @Param({"10000"})
  public int totalPods;

  private final Sessions sessions = new Sessions(TraceSettings.defaults(), false);
  private final Assembler assembler = new Assembler(TraceSettings.defaults());
  private List<RootLog> logs;
  private int next;

  /** Counts what one operation does. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Occurrences {
    public long occurrences;
  }

  @Setup
  public void generate() {
    logs = Inputs.rolloutLogs(Math.max(1, totalPods / pods), pods);
    for (RootLog log : logs) {
      int assembled = closed(log).occurrences().size();
      if (assembled != log.occurrences().size()) {
        throw new IllegalStateException(
            "the session has " + assembled + " of " + log.occurrences().size() + " occurrences");
      }
    }
  }

  @Benchmark
  public Assembler.Assembled rollout(Occurrences count) {
    RootLog log = logs.get(next);
    next = (next + 1) % logs.size();
    Session closed = closed(log);
    count.occurrences += closed.occurrences().size();
    return assembler.assemble(log, closed, WrittenGenerations.NONE);
  }

  private Session closed(RootLog log) {
    return sessions.next(log, Long.MIN_VALUE, Long.MAX_VALUE).closed().orElseThrow();
  }
}
