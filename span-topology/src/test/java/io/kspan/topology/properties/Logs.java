package io.kspan.topology.properties;

import io.kspan.testsupport.generate.Input;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/**
 * Random logs: forests of owners with cycles and missing owners, and events about them. Every
 * receipt is unique.
 */
final class Logs {
  private static final String[] KINDS = {
    "Deployment", "ReplicaSet", "Pod", "Job", "CronJob", "StatefulSet", "Widget"
  };
  private static final String[] REASONS = {
    "Scheduled", "Killing", "Pulled", "SuccessfulCreate", "SuccessfulDelete", "ScalingReplicaSet"
  };
  private static final String[] MESSAGES = {
    "Created pod: %s",
    "Deleted pod: %s",
    "Scaled up replica set %s",
    "Scaled down replica set %s",
    "Created job %s",
    "something about %s"
  };
  private static final int SECONDS = 900;

  private Logs() {}

  /** Logs of up to {@code objects} objects and 24 events. */
  static Arbitrary<List<Input>> any(int objects) {
    return Arbitraries.longs().map(seed -> new Writer(new Random(seed)).write(objects));
  }

  private static final class Writer {
    private final Random random;
    private final List<Input> log = new ArrayList<>();
    private final List<Input> forest = new ArrayList<>();
    private int receipts;

    Writer(Random random) {
      this.random = random;
    }

    List<Input> write(int objects) {
      int size = 1 + random.nextInt(objects);
      for (int i = 0; i < size; i++) {
        String kind = KINDS[random.nextInt(KINDS.length)];
        // Few names, so that some are used again.
        Input object = Input.object(kind, "n" + random.nextInt(3), "uid-" + i);
        forest.add(
            random.nextBoolean() ? object.labelled("app.kubernetes.io/part-of", "p") : object);
      }
      for (Input child : forest) {
        if (random.nextInt(4) > 0) {
          // Itself and its own descendants included.
          child.ownedBy(forest.get(random.nextInt(size)));
        }
      }
      for (Input object : forest) {
        versions(object);
      }
      int events = 1 + random.nextInt(24);
      for (int i = 0; i < events; i++) {
        event(i);
      }
      return log;
    }

    private void versions(Input object) {
      // None: a missing owner.
      int versions = random.nextInt(4);
      double created = whole();
      for (int i = 0; i < versions; i++) {
        Input version =
            object
                .again()
                .created(created)
                .generation(1 + i / 2)
                .resourceVersion("v" + receipts)
                .received(receipt())
                .status(status());
        if (random.nextInt(3) == 0) {
          version.specChangedAt(whole(), "kubectl", "Update");
        }
        log.add(i == 2 && random.nextBoolean() ? version.deleted() : version);
      }
    }

    private String status() {
      return switch (random.nextInt(4)) {
        case 0 -> "{replicas: 1, updatedReplicas: 1, availableReplicas: 1, observedGeneration: 9}";
        case 1 -> "{phase: 'Running', conditions: [{type: 'Ready', status: 'True'}]}";
        case 2 ->
            "{containerStatuses: [{name: 'c', state: {waiting: {reason: 'CrashLoopBackOff'}}}]}";
        default -> "{phase: 'Pending'}";
      };
    }

    private void event(int number) {
      Input about = forest.get(random.nextInt(forest.size()));
      double receipt = receipt();
      Input event =
          Input.event("event-" + number + "-uid", about, REASONS[random.nextInt(REASONS.length)])
              .message(
                  MESSAGES[random.nextInt(MESSAGES.length)].formatted("n" + random.nextInt(3)));
      switch (random.nextInt(4)) {
        case 0 -> event.with("lastTimestamp", Input.START.plusSeconds((long) receipt).toString());
        case 1 -> event.at(Math.max(0, receipt - random.nextInt(200)));
        default -> event.at(receipt - random.nextInt(2000) / 1000.0);
      }
      if (random.nextInt(5) == 0) {
        event.without("involvedObject.uid");
      }
      if (random.nextInt(6) == 0) {
        event.annotated("topLevelSpan", "true");
      }
      if (random.nextInt(4) == 0) {
        event.count(random.nextInt(4));
      }
      log.add(event.received(receipt));
    }

    /** No two receipts are the same millisecond. */
    private double receipt() {
      receipts++;
      return random.nextInt(SECONDS) + receipts / 1000.0;
    }

    private double whole() {
      return random.nextInt(SECONDS);
    }
  }
}
