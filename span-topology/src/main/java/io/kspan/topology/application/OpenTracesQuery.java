package io.kspan.topology.application;

import com.google.protobuf.ByteString;
import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.gather.ProvisionalTraces;
import io.kspan.topology.names.Names;
import io.kspan.topology.otlp.OtlpEncoder;
import io.kspan.topology.wire.proto.OpenTraces;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.TaskMetadata;
import org.apache.kafka.streams.ThreadMetadata;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * What is open in the tasks of this instance, and which other instances there are: an interactive
 * query over the stores of gather. Thread-safe; threads that ask at the same time share an answer.
 */
final class OpenTracesQuery {
  // Assembling what is open costs what writing it does, so that is not done for each reader.
  private static final Duration SHARED = Duration.ofSeconds(1);

  private final KafkaStreams streams;
  private final String repartitionTopic;
  private final int partitions;
  private final ProvisionalTraces traces;
  private final OtlpEncoder encoder;
  private final InstantSource clock;
  private Instant answeredAt = Instant.MIN;
  private byte[] answer;

  OpenTracesQuery(
      KafkaStreams streams, TopologyConfig config, int partitions, InstantSource clock) {
    this.streams = streams;
    this.repartitionTopic = Names.repartitionTopic(config.applicationId(), Names.BY_ROOT);
    this.partitions = partitions;
    this.traces = new ProvisionalTraces(SpanTopology.gatherSettings(config));
    this.encoder = new OtlpEncoder(config.requestMaxBytes());
    this.clock = clock;
  }

  /**
   * An {@link OpenTraces} message; {@link IllegalStateException} or {@link
   * InvalidStateStoreException} while the instance starts, restores state or moves tasks.
   */
  synchronized byte[] answer() {
    Instant now = clock.instant();
    if (answer == null || now.isAfter(answeredAt.plus(SHARED))) {
      answer = ask(now);
      answeredAt = now;
    }
    return answer.clone();
  }

  private byte[] ask(Instant now) {
    OpenTraces.Builder message = OpenTraces.newBuilder().setPartitions(partitions);
    streams.metadataForAllStreamsClients().stream()
        .map(client -> client.hostInfo())
        .filter(host -> !host.equals(HostInfo.unavailable()))
        .forEach(host -> message.addInstances(host.host() + ":" + host.port()));
    for (ThreadMetadata thread : streams.metadataForLocalThreads()) {
      for (TaskMetadata task : thread.activeTasks()) {
        task.topicPartitions().stream()
            .filter(partition -> partition.topic().equals(repartitionTopic))
            .map(TopicPartition::partition)
            .forEach(message::addOwnPartitions);
      }
    }
    // One after the other: the items of a root are in the store of its own partition.
    for (int partition : message.getOwnPartitionsList()) {
      ProvisionalTraces.Open open =
          traces.of(
              store(Names.ITEMS_STORE, partition),
              store(Names.ROOTS_STORE, partition),
              streams.store(
                  StoreQueryParameters.fromNameAndType(
                      Names.LINEAGE_STORE, QueryableStoreTypes.<String, byte[]>keyValueStore())),
              now);
      open.traces().stream()
          .flatMap(trace -> encoder.encode(trace).stream())
          .forEach(request -> message.addRequests(ByteString.copyFrom(request)));
      message.setLeftOut(message.getLeftOut() + open.leftOut());
    }
    return message.build().toByteArray();
  }

  private <V> ReadOnlyKeyValueStore<String, V> store(String name, int partition) {
    return streams.store(
        StoreQueryParameters.fromNameAndType(name, QueryableStoreTypes.<String, V>keyValueStore())
            .withPartition(partition));
  }
}
