package io.kspan.topology.doctor;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * How far everything had come at one moment.
 *
 * @param ends of all partitions of the topics that are followed
 * @param committed positions of the group that reads them, as far as it has any
 */
record Look(Map<TopicPartition, Long> ends, Map<TopicPartition, Long> committed) {}
