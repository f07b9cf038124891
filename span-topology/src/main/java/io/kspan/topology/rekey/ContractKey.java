package io.kspan.topology.rekey;

import io.kspan.topology.envelope.InputRecord;
import io.kspan.topology.model.ObjectReference;
import java.util.Optional;
import java.util.Set;

/**
 * The key of a record of the input topics: the reference of the object that it is about, as the
 * connector writes it. Stateless.
 */
final class ContractKey {
  // Events may name them with a namespace, mostly that of the Event itself.
  private static final Set<String> CLUSTER_SCOPED = Set.of("Namespace", "Node", "PersistentVolume");

  private ContractKey() {}

  /** Empty for a record that changes nothing. */
  static Optional<String> of(InputRecord input) {
    if (input instanceof InputRecord.Snapshot snapshot) {
      return Optional.of(
          key(snapshot.cluster(), snapshot.object().reference(), snapshot.object().apiVersion()));
    }
    if (input instanceof InputRecord.Occurrence occurrence) {
      return Optional.of(
          key(
              occurrence.cluster(),
              occurrence.event().involved(),
              occurrence.event().involvedApiVersion()));
    }
    if (input instanceof InputRecord.Listed listed) {
      return Optional.of(
          String.join(
              "/", listed.cluster(), listed.namespace(), qualified(listed.kind(), listed.group())));
    }
    return Optional.empty();
  }

  private static String key(String cluster, ObjectReference reference, String apiVersion) {
    int slash = apiVersion.indexOf('/');
    String kind = qualified(reference.kind(), slash < 0 ? "" : apiVersion.substring(0, slash));
    String namespace = CLUSTER_SCOPED.contains(kind) ? "" : reference.namespace();
    return String.join("/", cluster, namespace, kind, reference.name());
  }

  private static String qualified(String name, String group) {
    return group.isEmpty() ? name : name + '.' + group;
  }
}
