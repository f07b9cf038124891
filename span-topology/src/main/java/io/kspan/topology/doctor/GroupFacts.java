package io.kspan.topology.doctor;

import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;

/**
 * A group as the brokers describe it.
 *
 * @param state as Kafka writes it, such as {@code Stable}
 * @param granted what the principal that asks may do; null if the brokers do not say
 */
record GroupFacts(String state, int members, Set<AclOperation> granted) {
  boolean isStable() {
    return state.equals("Stable");
  }
}
