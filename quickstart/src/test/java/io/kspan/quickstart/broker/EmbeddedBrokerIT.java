package io.kspan.quickstart.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.topology.names.Topics;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerIT {

  @TempDir private Path folder;

  @Test
  void shouldTakeRecordsOfAnyAge() throws Exception {
    Topics topics = Topics.withPrefix("test.");
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder);
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
        KafkaProducer<String, String> producer =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
      broker.createTopics(topics, 3);

      var found = admin.describeTopics(topics.all()).allTopicNames().get();
      assertThat(found.get(topics.events()).partitions()).hasSize(3);
      assertThat(found.get(topics.objects()).partitions()).hasSize(3);
      assertThat(found.get(topics.lineage()).partitions()).hasSize(1);
      for (String time : new String[] {"1999-01-01T00:00:00Z", "2099-01-01T00:00:00Z"}) {
        long millis = Instant.parse(time).toEpochMilli();
        assertThat(
                producer
                    .send(new ProducerRecord<>(topics.events(), 0, millis, "key", "value"))
                    .get()
                    .timestamp())
            .isEqualTo(millis);
      }
    }
  }
}
