package io.kspan.topology.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.InputMessage;
import io.kspan.topology.names.Topics;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What cannot be read, what a processor fails at and a timer that always fails, exactly once and on
 * a real broker: none of it stops a task or touches a span.
 */
class PoisonIT {
  private static final String PREFIX = "poisoned.";
  private static final byte[] UNREADABLE = "not JSON".getBytes(UTF_8);

  @TempDir private Path folder;

  @Test
  void shouldGoOn() throws Exception {
    List<InputMessage> input = Broker.rollouts(3, 10);
    Broker broker = Broker.shared();
    List<String> undisturbed = broker.undisturbed("clean.", input, folder);
    broker.createTopics(PREFIX);
    broker.write(Topics.withPrefix(PREFIX).events(), UNREADABLE);
    // Of every Event another copy, before it, that cannot be processed.
    broker.write(
        PREFIX,
        input.stream().flatMap(m -> m.event() ? Stream.of(withKey(m), m) : Stream.of(m)).toList());
    broker.writeEnd(PREFIX);
    Map<String, String> settings = broker.settings(PREFIX, folder);
    settings.put("kafka.processor.wrapper.class", FailingProcessors.class.getName());

    Broker.runToEnd(settings, Broker.PARTITIONS, Broker.PATIENCE);

    assertThat(broker.spans(PREFIX)).isEqualTo(undisturbed).isNotEmpty();
    Map<String, List<ConsumerRecord<byte[], byte[]>>> letters =
        broker.deadLetters(PREFIX).stream()
            .collect(
                Collectors.groupingBy(
                    r ->
                        new String(
                            r.headers().lastHeader("__streams.errors.message").value(), UTF_8)));
    assertThat(letters.get("the processor fails"))
        .hasSize((int) input.stream().filter(InputMessage::event).count())
        .allSatisfy(
            letter -> assertThat(letter.key()).asString().isEqualTo(FailingProcessors.POISON));
    assertThat(letters.get("the timer fails"))
        .hasSize(Broker.PARTITIONS)
        .allSatisfy(letter -> assertThat(letter.value()).isNull());
    assertThat(new TreeSet<>(letters.keySet())).hasSize(3);
  }

  private static InputMessage withKey(InputMessage message) {
    return new InputMessage(
        message.event(), FailingProcessors.POISON, message.receiptMillis(), message.envelope());
  }
}
