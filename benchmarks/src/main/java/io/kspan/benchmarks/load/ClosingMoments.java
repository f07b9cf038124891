package io.kspan.benchmarks.load;

import io.kspan.benchmarks.RolloutLogs;
import io.kspan.testsupport.generate.InputMessage;
import io.kspan.topology.assemble.Assembler;
import io.kspan.topology.assemble.Session;
import io.kspan.topology.assemble.Sessions;
import io.kspan.topology.assemble.TraceSettings;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.model.RootLog;
import io.kspan.topology.model.WrittenGenerations;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** When each trace may be written: the quiet time after the last of its session. */
final class ClosingMoments {
  private ClosingMoments() {}

  /** By trace id, in milliseconds since 1970: the trace model without Kafka says. */
  static Map<String, Long> of(Iterator<InputMessage> input) {
    Map<String, Long> moments = new HashMap<>();
    RolloutLogs.of(input).forEach(log -> add(log, moments));
    return moments;
  }

  private static void add(RootLog log, Map<String, Long> moments) {
    Sessions sessions = new Sessions(TraceSettings.defaults(), false);
    Assembler assembler = new Assembler(TraceSettings.defaults());
    WrittenGenerations written = WrittenGenerations.NONE;
    RootLog rest = log;
    Optional<Session> next = sessions.next(rest, Long.MIN_VALUE, Long.MAX_VALUE).closed();
    while (next.isPresent()) {
      Session closed = next.get();
      Assembler.Assembled assembled = assembler.assemble(rest, closed, written);
      long millis = TimeUnit.NANOSECONDS.toMillis(closed.closingNanos());
      assembled.traces().forEach(trace -> moments.put(trace.traceId(), millis));
      written = written.and(assembled.generations());
      List<PlacedOccurrence> open =
          rest.occurrences().stream().filter(o -> !closed.occurrences().contains(o)).toList();
      rest = new RootLog(log.cluster(), log.root(), open, log.snapshots());
      next = sessions.next(rest, closed.endNanos(), Long.MAX_VALUE).closed();
    }
  }
}
