package io.kspan.topology.export;

import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** A record of the spans topic, and the spans in it. */
record SinkRecord(ConsumerRecord<byte[], byte[]> source, List<SpanData> spans) {
  TopicPartition partition() {
    return new TopicPartition(source.topic(), source.partition());
  }
}
