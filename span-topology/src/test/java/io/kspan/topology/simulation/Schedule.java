package io.kspan.topology.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Drives a cluster at random: who reads how much of what, who looks, commits or dies next, and how
 * fast each is compared with the others.
 *
 * <p>Not thread-safe; equal seeds give equal schedules.
 */
final class Schedule {
  private static final int[] SPEEDS = {1, 4, 20};

  private final Random random;
  private final SimulatedGroup cluster;
  private final int batch;
  private final List<Step> steps = new ArrayList<>();
  private int weights;

  private record Step(int weight, Runnable action) {}

  /**
   * A schedule for {@code cluster}.
   *
   * @param batch most records that are read at once
   */
  Schedule(Random random, SimulatedGroup cluster, int batch) {
    this.random = random;
    this.cluster = cluster;
    this.batch = batch;
    for (SimulatedTask task : cluster.tasks()) {
      int speed = speed();
      for (int input = 0; input < task.inputs(); input++) {
        int from = input;
        add(speed * speed(), () -> task.read(from, some()));
      }
      add(speed * 2, () -> look(task));
      add(speed, task::commit);
      add(1, () -> task.restart(anyInstance()));
    }
    for (SimulatedInstance instance : cluster.instances()) {
      add(speed() * 2, () -> instance.read(some() * 4));
      add(4, () -> cluster.askForEnds(instance));
    }
  }

  /** Goes on until all inputs have been read once. */
  void run() {
    while (!cluster.isRead()) {
      step();
    }
    for (int i = random.nextInt(100); i > 0; i--) {
      step();
    }
  }

  /** Takes one step. */
  void step() {
    int at = random.nextInt(weights);
    for (Step step : steps) {
      at -= step.weight;
      if (at < 0) {
        step.action.run();
        return;
      }
    }
  }

  private void add(int weight, Runnable action) {
    steps.add(new Step(weight, action));
    weights += weight;
  }

  private void look(SimulatedTask task) {
    cluster.pass(random.nextInt(700));
    task.look(cluster.clockMillis());
  }

  private SimulatedInstance anyInstance() {
    return cluster.instances().get(random.nextInt(cluster.instances().size()));
  }

  private int speed() {
    return SPEEDS[random.nextInt(SPEEDS.length)];
  }

  private int some() {
    return 1 + random.nextInt(batch);
  }
}
