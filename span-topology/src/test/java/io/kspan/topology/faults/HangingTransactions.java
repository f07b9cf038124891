package io.kspan.topology.faults;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.common.TopicPartition;

/**
 * Transactions that are open in a partition, but that their coordinator does not know any more:
 * when the only broker is killed, Kafka 4.3.1 can declare one complete at its next start without
 * having written its markers, since it takes partitions that are not loaded yet for deleted ones.
 * Nothing ends such a transaction, and {@code read_committed} consumers wait behind it for ever.
 * {@code kafka-transactions.sh find-hanging} and {@code abort} are for that (<a
 * href="https://cwiki.apache.org/confluence/display/KAFKA/KIP-664%3A+Provide+tooling+to+detect+and+abort+hanging+transactions">KIP-664</a>);
 * this is the same.
 */
final class HangingTransactions {
  private final Admin admin;

  HangingTransactions(Admin admin) {
    this.admin = admin;
  }

  /** Aborts all there are; returns how many. */
  int abort() throws InterruptedException, ExecutionException {
    Map<Long, TransactionDescription> known = known();
    int aborted = 0;
    for (Map.Entry<TopicPartition, ProducerState> open : open()) {
      ProducerState producer = open.getValue();
      TransactionDescription transaction = known.get(producer.producerId());
      boolean hanging =
          transaction == null
              || transaction.producerEpoch() > producer.producerEpoch()
                  && !transaction.topicPartitions().contains(open.getKey());
      if (hanging) {
        admin
            .abortTransaction(
                new AbortTransactionSpec(
                    open.getKey(),
                    producer.producerId(),
                    (short) producer.producerEpoch(),
                    producer.coordinatorEpoch().orElse(0)))
            .all()
            .get();
        aborted++;
      }
    }
    return aborted;
  }

  private Map<Long, TransactionDescription> known()
      throws InterruptedException, ExecutionException {
    List<String> ids =
        admin.listTransactions().all().get().stream().map(t -> t.transactionalId()).toList();
    Map<Long, TransactionDescription> byProducer = new HashMap<>();
    for (TransactionDescription transaction :
        admin.describeTransactions(ids).all().get().values()) {
      byProducer.put(transaction.producerId(), transaction);
    }
    return byProducer;
  }

  private List<Map.Entry<TopicPartition, ProducerState>> open()
      throws InterruptedException, ExecutionException {
    List<TopicPartition> partitions = new ArrayList<>();
    for (TopicDescription topic :
        admin
            .describeTopics(
                admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get())
            .allTopicNames()
            .get()
            .values()) {
      topic
          .partitions()
          .forEach(p -> partitions.add(new TopicPartition(topic.name(), p.partition())));
    }
    List<Map.Entry<TopicPartition, ProducerState>> open = new ArrayList<>();
    admin
        .describeProducers(partitions)
        .all()
        .get()
        .forEach(
            (partition, state) ->
                state.activeProducers().stream()
                    .filter(producer -> producer.currentTransactionStartOffset().isPresent())
                    .forEach(producer -> open.add(Map.entry(partition, producer))));
    return open;
  }
}
