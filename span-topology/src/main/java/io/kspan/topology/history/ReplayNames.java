package io.kspan.topology.history;

import io.kspan.topology.names.Names;
import io.kspan.topology.names.Topics;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigException;

/**
 * The names of everything that a replay creates. All begin with {@code <application
 * id>-replay-<name>}, so that what a killed replay has left can be recognized.
 *
 * @param applicationId of the live application
 * @param name of the replay
 */
record ReplayNames(String applicationId, String name) {
  private static final String REPLAY = "-replay-";
  // Without hyphens no name is the beginning of another replay's topics.
  private static final Pattern NAME = Pattern.compile("[a-z0-9]{1,32}");
  private static final List<String> TOPICS =
      Stream.concat(
              Stream.of("lineage", "spans", "dead-letters", Names.BY_ROOT + "-repartition"),
              Stream.of(Names.PLACE_STORES, Names.GATHER_STORES)
                  .flatMap(List::stream)
                  .map(store -> store + "-changelog"))
          .toList();

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

  /** The prefix of its topics. */
  String prefix() {
    return id() + "-";
  }

  /** The group of its sink. */
  String sinkGroup() {
    return prefix() + "sink";
  }

  List<String> groups() {
    return List.of(id(), sinkGroup());
  }

  /** The inputs of {@code live} and its own other topics. */
  Topics topics(Topics live) {
    Topics own = Topics.withPrefix(prefix());
    return new Topics(live.events(), live.objects(), own.lineage(), own.spans(), own.deadLetters());
  }

  /** Every topic that it can have created, including those of Kafka Streams. */
  List<String> temporaryTopics() {
    return TOPICS.stream().map(topic -> prefix() + topic).toList();
  }

  /** The replay of {@code applicationId} that created {@code topic}, if one did. */
  static Optional<ReplayNames> ofTopic(String applicationId, String topic) {
    String start = applicationId + REPLAY;
    if (!topic.startsWith(start)) {
      return Optional.empty();
    }
    String[] rest = topic.substring(start.length()).split("-", 2);
    return rest.length == 2 && TOPICS.contains(rest[1]) && NAME.matcher(rest[0]).matches()
        ? Optional.of(new ReplayNames(applicationId, rest[0]))
        : Optional.empty();
  }
}
