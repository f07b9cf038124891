package io.kspan.topology.history;

import io.kspan.topology.Names;
import io.kspan.topology.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;

/**
 * What a replay calls everything that it makes: all of it begins with {@code <application
 * id>-replay-<name>}, so that what a killed replay left behind is told from everything else.
 *
 * @param applicationId of the live application
 * @param name of the replay
 */
record ReplayNames(String applicationId, String name) {
  private static final String REPLAY = "-replay-";
  // No hyphen: then no name is the beginning of another one's topics.
  private static final Pattern NAME = Pattern.compile("[a-z0-9]{1,32}");
  private static final String LINEAGE = "lineage";
  private static final String SPANS = "spans";
  private static final String DEAD_LETTERS = "dead-letters";
  private static final List<String> TOPICS = topicSuffixes();

  ReplayNames {
    if (!NAME.matcher(name).matches()) {
      throw new ConfigException(
          "--name '" + name + "' must be 1 to 32 lower-case letters and digits");
    }
  }

  private static List<String> topicSuffixes() {
    List<String> suffixes = new ArrayList<>(List.of(LINEAGE, SPANS, DEAD_LETTERS));
    suffixes.add(Names.BY_ROOT + "-repartition");
    for (String store :
        List.of(
            Names.OBJECTS_STORE,
            Names.PROGRESS_STORE,
            Names.SEEN_STORE,
            Names.WAITING_STORE,
            Names.FIRST_EVENTS_STORE,
            Names.EXPIRY_STORE,
            Names.ITEMS_STORE,
            Names.ROOTS_STORE,
            Names.TIMERS_STORE,
            Names.WATERMARKS_STORE,
            Names.CLUSTERS_STORE)) {
      suffixes.add(store + "-changelog");
    }
    return List.copyOf(suffixes);
  }

  /** Application id of the replay, its group and the prefix of its topics. */
  String id() {
    return applicationId + REPLAY + name;
  }

  /** Prefix of its topics. */
  String prefix() {
    return id() + "-";
  }

  /** Group of its sink. */
  String sinkGroup() {
    return prefix() + "sink";
  }

  /** All its groups. */
  List<String> groups() {
    return List.of(id(), sinkGroup());
  }

  /** The inputs of {@code live}, everything else its own. */
  Topics topics(Topics live) {
    return new Topics(
        live.events(),
        live.objects(),
        prefix() + LINEAGE,
        prefix() + SPANS,
        prefix() + DEAD_LETTERS);
  }

  /** Every topic that it can have made, those of Kafka Streams included. */
  List<String> temporaryTopics() {
    return TOPICS.stream().map(suffix -> prefix() + suffix).toList();
  }

  /** The replay of {@code applicationId} that made {@code topic}, if one did. */
  static Optional<ReplayNames> whoMade(String applicationId, String topic) {
    String start = applicationId + REPLAY;
    return TOPICS.stream()
        .filter(suffix -> topic.startsWith(start) && topic.endsWith("-" + suffix))
        .map(suffix -> named(applicationId, start, topic, "-" + suffix))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<ReplayNames> named(
      String applicationId, String start, String text, String end) {
    int length = text.length() - start.length() - end.length();
    if (length <= 0) {
      return Optional.empty();
    }
    String name = text.substring(start.length(), start.length() + length);
    return NAME.matcher(name).matches()
        ? Optional.of(new ReplayNames(applicationId, name))
        : Optional.empty();
  }
}
