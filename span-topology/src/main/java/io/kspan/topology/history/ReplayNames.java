package io.kspan.topology.history;

import io.kspan.topology.names.Names;
import io.kspan.topology.names.Topics;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigException;

/**
 * The names of everything that a replay of a live application creates. All begin with {@code
 * <application id>-replay-<name>}, so that what a killed replay has left can be recognized.
 */
record ReplayNames(String applicationId, String name) {
  private static final String REPLAY = "-replay-";
  // Without hyphens no name is the beginning of another replay's topics.
  private static final Pattern NAME = Pattern.compile("[a-z0-9]{1,32}");

  ReplayNames {
    if (!NAME.matcher(name).matches()) {
      throw new ConfigException(
          "--name '" + name + "' must be 1 to 32 lower-case letters and digits");
    }
  }

  /** The application id of the replay, which is also its group. */
  String id() {
    return applicationId + REPLAY + name;
  }

  String prefix() {
    return id() + "-";
  }

  String sinkGroup() {
    return prefix() + "sink";
  }

  List<String> groups() {
    return List.of(id(), sinkGroup());
  }

  /** The inputs of {@code live}, its changes if they are written, and its own other topics. */
  Topics topics(Topics live, boolean changes) {
    Topics own = Topics.withPrefix(prefix());
    return new Topics(
        live.events(),
        live.objects(),
        own.lineage(),
        own.spans(),
        changes ? live.changes() : "",
        live.hasLogs() ? own.logs() : "",
        own.deadLetters());
  }

  /** Every topic that it can have created, including those of Kafka Streams. */
  List<String> temporaryTopics() {
    Topics own = Topics.withPrefix(prefix());
    return Stream.concat(
            Stream.of(own.lineage(), own.spans(), own.logs(), own.deadLetters()),
            Names.internalTopics(id(), false).stream())
        .toList();
  }

  /** The replay of {@code applicationId} that created {@code topic}, if one did. */
  static Optional<ReplayNames> ofTopic(String applicationId, String topic) {
    String start = applicationId + REPLAY;
    String name = topic.startsWith(start) ? topic.substring(start.length()).split("-", 2)[0] : "";
    return Optional.of(name)
        .filter(NAME.asMatchPredicate())
        .map(valid -> new ReplayNames(applicationId, valid))
        .filter(replay -> replay.temporaryTopics().contains(topic));
  }
}
