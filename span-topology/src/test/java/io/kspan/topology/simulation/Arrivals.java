package io.kspan.topology.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Orders in which the records of a log may arrive. Stateless. */
final class Arrivals {

  private Arrivals() {}

  /** A message and when it arrives in its partition. */
  record Arrival(Message message, long millis) {}

  /**
   * Every record is up to {@code latenessMillis} late, so that none is further behind the highest
   * receipt of its partition. What one object tells in one millisecond stays in order: nothing else
   * says which version came last, and no producer reorders the records of a key.
   */
  static List<Arrival> late(List<Message> log, long latenessMillis, Random random) {
    Map<String, Long> late = new HashMap<>();
    List<Arrival> arrivals = new ArrayList<>();
    for (Message message : log) {
      long by =
          late.computeIfAbsent(
              message.event() + message.key() + message.receiptMillis(),
              m -> lateBy(latenessMillis, random));
      arrivals.add(new Arrival(message, message.receiptMillis() + by));
    }
    arrivals.sort(Comparator.comparingLong(Arrival::millis));
    return arrivals;
  }

  /** The bounds often, since rules break there. */
  private static long lateBy(long latenessMillis, Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> 0;
      case 1 -> latenessMillis;
      default -> (long) (random.nextDouble() * latenessMillis);
    };
  }

  /** In the order of receipt. */
  static List<Message> inOrder(List<Message> log) {
    return log.stream().sorted(Comparator.comparingLong(Message::receiptMillis)).toList();
  }
}
