package io.kspan.topology.wire;

import io.kspan.topology.model.StatusFacts;
import io.kspan.topology.wire.proto.Snapshot;

/** Maps the facts of a status to their messages, and back. Stateless. */
final class StatusFactsMapping {
  private StatusFactsMapping() {}

  static Snapshot.StatusFacts toMessage(StatusFacts facts) {
    Snapshot.StatusFacts.Builder message =
        Snapshot.StatusFacts.newBuilder()
            .setDeletionNanos(facts.deletionNanos())
            .setGracePeriodSeconds(facts.gracePeriodSeconds());
    for (StatusFacts.Condition condition : facts.conditions()) {
      message.addConditions(
          Snapshot.Condition.newBuilder()
              .setType(condition.type())
              .setStatus(condition.status())
              .setReason(condition.reason())
              .setSinceNanos(condition.sinceNanos()));
    }
    facts.containers().forEach(container -> message.addContainers(toMessage(container)));
    return message.build();
  }

  private static Snapshot.Container toMessage(StatusFacts.Container container) {
    Snapshot.Container.Builder message =
        Snapshot.Container.newBuilder()
            .setName(container.name())
            .setInit(container.init())
            .setWaitingReason(container.waitingReason())
            .setRestarts(container.restarts());
    if (container.run() != null) {
      message.setRun(toMessage(container.run()));
    }
    if (container.lastRun() != null) {
      message.setLastRun(toMessage(container.lastRun()));
    }
    return message.build();
  }

  private static Snapshot.Run toMessage(StatusFacts.Run run) {
    return Snapshot.Run.newBuilder()
        .setStartedNanos(run.startedNanos())
        .setFinishedNanos(run.finishedNanos())
        .setExitCode(run.exitCode())
        .setSignal(run.signal())
        .setReason(run.reason())
        .build();
  }

  static StatusFacts fromMessage(Snapshot.StatusFacts message) {
    return new StatusFacts(
        message.getDeletionNanos(),
        message.getGracePeriodSeconds(),
        message.getConditionsList().stream()
            .map(
                c ->
                    new StatusFacts.Condition(
                        c.getType(), c.getStatus(), c.getReason(), c.getSinceNanos()))
            .toList(),
        message.getContainersList().stream().map(StatusFactsMapping::fromMessage).toList());
  }

  private static StatusFacts.Container fromMessage(Snapshot.Container message) {
    return new StatusFacts.Container(
        message.getName(),
        message.getInit(),
        message.getWaitingReason(),
        message.hasRun() ? fromMessage(message.getRun()) : null,
        message.hasLastRun() ? fromMessage(message.getLastRun()) : null,
        message.getRestarts());
  }

  private static StatusFacts.Run fromMessage(Snapshot.Run message) {
    return new StatusFacts.Run(
        message.getStartedNanos(),
        message.getFinishedNanos(),
        message.getExitCode(),
        message.getSignal(),
        message.getReason());
  }
}
