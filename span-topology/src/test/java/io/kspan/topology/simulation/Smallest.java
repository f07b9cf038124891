package io.kspan.topology.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Leaves out of a log what a failure does not need. Stateless. */
final class Smallest {
  private Smallest() {}

  /** A part of {@code log} that {@code fails} and of which no single record can be left out. */
  static List<Message> of(List<Message> log, Predicate<List<Message>> fails) {
    List<Message> smallest = new ArrayList<>(log);
    for (int step = Math.max(1, log.size() / 2); ; step = Math.max(1, step / 2)) {
      boolean smaller = false;
      for (int from = smallest.size() - step; from > -step; from -= step) {
        List<Message> candidate = new ArrayList<>(smallest);
        candidate.subList(Math.max(0, from), Math.min(candidate.size(), from + step)).clear();
        if (!candidate.isEmpty() && fails.test(candidate)) {
          smallest = candidate;
          smaller = true;
        }
      }
      if (step == 1 && !smaller) {
        return smallest;
      }
    }
  }
}
