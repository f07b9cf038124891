package io.kspan.topology.simulation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What is received more than once. Stateless. */
final class Copies {
  private static final int LATEST_MILLIS = 600_000;

  private Copies() {}

  /**
   * {@code log}, with later copies of some of its events and versions of objects; a version that
   * has no resourceVersion looks like a new one.
   */
  static List<Message> of(List<Message> log, long seed) {
    Random random = new Random(seed);
    List<Message> all = new ArrayList<>(log);
    for (Message message : log) {
      if (isRecognisable(message) && random.nextInt(3) == 0) {
        int later = random.nextBoolean() ? random.nextInt(1500) : random.nextInt(LATEST_MILLIS);
        all.add(message.receivedLater(1 + later));
      }
    }
    return all;
  }

  private static boolean isRecognisable(Message message) {
    return message.value() != null
        && (message.event()
            || new String(message.value(), StandardCharsets.UTF_8).contains("resourceVersion"));
  }
}
