package io.kspan.topology.assemble;

import io.kspan.topology.assemble.Generations.Belongs;
import io.kspan.topology.assemble.ParentRules.Parent;
import io.kspan.topology.model.PlacedOccurrence;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The tree of one session: the parent of each occurrence, and the generation that its chain of
 * parents ends in.
 *
 * <p>Immutable after construction.
 */
final class SpanTree {
  /** Parent of an occurrence that is directly below the root span of its trace. */
  static final int ROOT_SPAN = Causes.NONE;

  /** Parent of an annotated event that is the root span itself. */
  static final int IS_ROOT = -2;

  private final List<PlacedOccurrence> session;
  private final Generations generations;
  private final int[] parents;
  private final String[] spanIds;
  private final Parent[] decisions;
  private final Belongs[] endsIn;
  private final Map<Long, List<Integer>> byGeneration = new TreeMap<>();
  private final Map<String, List<Integer>> byObject = new HashMap<>();

  /**
   * Finds all parents.
   *
   * @param session occurrences by event time
   */
  SpanTree(List<PlacedOccurrence> session, ParentRules parentRules, Generations generations) {
    this.session = session;
    this.generations = generations;
    this.parents = new int[session.size()];
    this.spanIds = new String[session.size()];
    this.decisions = new Parent[session.size()];
    this.endsIn = new Belongs[session.size()];
    for (int i = 0; i < parents.length; i++) {
      decisions[i] = parentRules.parentOf(i);
      parents[i] = decisions[i].cause();
      PlacedOccurrence occurrence = session.get(i);
      spanIds[i] = Ids.event(occurrence.event());
      byObject.computeIfAbsent(occurrence.object().key(), k -> new ArrayList<>()).add(i);
    }
    cutCycles();
    followChains();
    markAnnotated();
    for (int i = 0; i < endsIn.length; i++) {
      byGeneration.computeIfAbsent(endsIn[i].generation(), g -> new ArrayList<>()).add(i);
    }
  }

  int parent(int index) {
    return parents[index];
  }

  /** The id of the span of an occurrence. */
  String spanId(int index) {
    return spanIds[index];
  }

  /** What decided the parent. */
  Parent decision(int index) {
    return decisions[index];
  }

  /** The generation that the chain of parents ends in. */
  Belongs endsIn(int index) {
    return endsIn[index];
  }

  /** Indices of the occurrences of each trace, by generation and in order of event time. */
  Map<Long, List<Integer>> byGeneration() {
    return Collections.unmodifiableMap(byGeneration);
  }

  /** Indices of the occurrences about each object, by its key and in order of event time. */
  Map<String, List<Integer>> byObject() {
    return Collections.unmodifiableMap(byObject);
  }

  /** Rules of users can close a chain to a cycle: its earliest occurrence takes the root span. */
  private void cutCycles() {
    byte[] visited = new byte[parents.length];
    for (int start = 0; start < parents.length; start++) {
      List<Integer> chain = new ArrayList<>();
      int at = start;
      while (at >= 0 && visited[at] == 0) {
        visited[at] = 1;
        chain.add(at);
        at = parents[at];
      }
      if (at >= 0 && visited[at] == 1) {
        int from = chain.indexOf(at);
        int earliest =
            chain.subList(from, chain.size()).stream().min(Integer::compare).orElseThrow();
        parents[earliest] = ROOT_SPAN;
        decisions[earliest] = Parent.rootSpan(Rule.CYCLE, decisions[earliest].cause());
      }
      chain.forEach(i -> visited[i] = 2);
    }
  }

  private void followChains() {
    for (int start = 0; start < parents.length; start++) {
      List<Integer> chain = new ArrayList<>();
      int at = start;
      while (endsIn[at] == null && parents[at] >= 0) {
        chain.add(at);
        at = parents[at];
      }
      if (endsIn[at] == null) {
        PlacedOccurrence top = session.get(at);
        endsIn[at] = generations.of(top.event(), top.aboutRoot());
      }
      for (int i : chain) {
        endsIn[i] = endsIn[at];
      }
    }
  }

  /** Rule 4.1: the first annotated event about the root is the root span of its trace. */
  private void markAnnotated() {
    Set<Long> rooted = new HashSet<>();
    for (int i = 0; i < parents.length; i++) {
      PlacedOccurrence occurrence = session.get(i);
      if (occurrence.event().topLevel()
          && occurrence.aboutRoot()
          && rooted.add(endsIn[i].generation())) {
        parents[i] = IS_ROOT;
        decisions[i] = Parent.rootSpan(Rule.TRACE_START, Causes.NONE);
      }
    }
  }
}
