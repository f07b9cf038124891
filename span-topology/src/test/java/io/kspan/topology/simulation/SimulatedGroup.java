package io.kspan.topology.simulation;

import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.gather.GatherOutputs;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.names.Topics;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/**
 * The topology on several instances over several partitions, without a broker. Whoever drives it
 * decides what happens next: one task reads some records of one input, a timer fires, a global
 * store reads on, a task commits or dies.
 *
 * <p>Not thread-safe.
 */
final class SimulatedGroup {
  private static final long SECOND = 1000;
  private static final int QUIET_ROUNDS = 3;

  private final Wiring wiring;
  private final List<List<Message>> objects = new ArrayList<>();
  private final List<List<Message>> events = new ArrayList<>();
  private final List<SimulatedInstance> instances = new ArrayList<>();
  private final List<PlaceTask> placing = new ArrayList<>();
  private final List<SimulatedTask> tasks = new ArrayList<>();
  private final Queue<Arrivals.Arrival> coming = new ArrayDeque<>();
  private long clockMillis;

  /** A cluster with nothing in its inputs, whose clock shows {@code startMillis}. */
  SimulatedGroup(Map<String, String> settings, int partitions, int instances, long startMillis) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("bootstrap.servers", "nowhere:9092");
    wiring = new Wiring(new TopologyConfig(all), partitions);
    clockMillis = startMillis;
    for (int i = 0; i < instances; i++) {
      this.instances.add(new SimulatedInstance(wiring.lineage(), partitions));
    }
    for (int i = 0; i < partitions; i++) {
      objects.add(new ArrayList<>());
      events.add(new ArrayList<>());
      placing.add(new PlaceTask(wiring, i, objects.get(i), events.get(i)));
      tasks.add(placing.get(i));
      tasks.add(new GatherTask(wiring, i, wiring.byRoot(i)));
    }
    for (int i = 0; i < tasks.size(); i++) {
      tasks.get(i).start(this.instances.get(i % instances));
    }
  }

  int partitions() {
    return wiring.partitions();
  }

  List<SimulatedTask> tasks() {
    return tasks;
  }

  List<SimulatedInstance> instances() {
    return instances;
  }

  Metrics counters() {
    return wiring.counters();
  }

  long clockMillis() {
    return clockMillis;
  }

  /** Lets time pass; what arrives meanwhile is in the inputs then. */
  void pass(long millis) {
    clockMillis += millis;
    while (!coming.isEmpty() && coming.peek().millis() <= clockMillis) {
      append(coming.remove().message());
    }
  }

  /** Has each of {@code arrivals}, which are in order, arrive in its time. */
  void expect(List<Arrivals.Arrival> arrivals) {
    coming.addAll(arrivals);
  }

  /** How long until the next arrival; never if nothing is expected any more. */
  long untilNextMillis() {
    return coming.isEmpty() ? Long.MAX_VALUE : coming.peek().millis() - clockMillis;
  }

  /** Appends to the input partition that the key says. */
  void append(Message message) {
    (message.event() ? events : objects).get(message.partition(partitions())).add(message);
  }

  /** Appends an end marker to every input partition. */
  void end() {
    objects.forEach(log -> log.add(Message.end(false)));
    events.forEach(log -> log.add(Message.end(true)));
  }

  /** {@code instance} asks the broker which inputs have been read to their end. */
  void askForEnds(SimulatedInstance instance) {
    Topics topics = wiring.config().topics();
    for (int i = 0; i < partitions(); i++) {
      PlaceTask task = placing.get(i);
      instance.answer(topics.objects(), i, task.isAtEnd(PlaceTask.OBJECTS), clockMillis);
      instance.answer(topics.events(), i, task.isAtEnd(PlaceTask.EVENTS), clockMillis);
    }
  }

  /** Whether all inputs have been read, committed or not. */
  boolean isRead() {
    return placing.stream()
        .allMatch(
            r ->
                r.nextReceiptMillis(PlaceTask.OBJECTS) == Long.MAX_VALUE
                    && r.nextReceiptMillis(PlaceTask.EVENTS) == Long.MAX_VALUE);
  }

  /** Everybody does everything that there is to do, once. */
  void round() {
    for (SimulatedTask task : tasks) {
      for (int input = 0; input < task.inputs(); input++) {
        task.read(input, Integer.MAX_VALUE);
      }
    }
    work();
  }

  /** Timers, commits and global stores, once. */
  private void work() {
    for (SimulatedTask task : tasks) {
      task.look(clockMillis);
      task.commit();
      instances.forEach(i -> i.read(Integer.MAX_VALUE));
    }
    pass(SECOND);
  }

  /**
   * Reads everything, the partitions in step with each other by receipt; all else keeps up.
   *
   * @param batch records between two looks
   */
  void readInOrder(int batch) {
    for (int i = 1; !isRead(); i++) {
      PlaceTask next =
          placing.stream().min(Comparator.comparingLong(SimulatedGroup::head)).orElseThrow();
      boolean object =
          next.nextReceiptMillis(PlaceTask.OBJECTS) <= next.nextReceiptMillis(PlaceTask.EVENTS);
      next.read(object ? PlaceTask.OBJECTS : PlaceTask.EVENTS, 1);
      if (i % batch == 0) {
        tasks.stream().filter(t -> t.inputs() == 1).forEach(t -> t.read(0, Integer.MAX_VALUE));
        work();
      }
    }
  }

  private static long head(PlaceTask task) {
    return Math.min(
        task.nextReceiptMillis(PlaceTask.OBJECTS), task.nextReceiptMillis(PlaceTask.EVENTS));
  }

  /** Rounds until nothing happens any more. */
  void drain() {
    long before = -1;
    for (int quiet = 0; quiet < QUIET_ROUNDS; ) {
      round();
      long after = progress();
      quiet = after == before ? quiet + 1 : 0;
      before = after;
    }
  }

  private long progress() {
    return tasks.stream().mapToLong(SimulatedTask::progress).sum()
        + wiring.spans().size()
        + wiring.lineage().size();
  }

  /** What has been committed to the spans topic, by trace id. */
  List<FinishedTrace> traces() {
    return GatherOutputs.traces(wiring.spans().committed()).stream()
        .sorted(Comparator.comparing(FinishedTrace::traceId))
        .toList();
  }

  /** What has been committed to the changes topic. */
  List<FinishedTrace> changes() {
    return GatherOutputs.changes(wiring.spans().committed());
  }
}
