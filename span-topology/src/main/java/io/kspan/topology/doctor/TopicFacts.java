package io.kspan.topology.doctor;

import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;

/**
 * A topic as the brokers describe it.
 *
 * @param granted what the principal that asks may do; null if the brokers do not say
 */
record TopicFacts(int partitions, Set<AclOperation> granted) {}
