package io.kspan.topology.assemble;

import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.PlacedOccurrence;
import io.opentelemetry.semconv.ErrorAttributes;
import io.opentelemetry.semconv.K8sAttributes;
import io.opentelemetry.semconv.ServiceAttributes;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;

/** What spans say: attributes and resource (trace-model 7). Pure; confined to one session. */
final class EventSpans {
  static final String ORIGIN = "kspan.origin";
  static final String INFERRED = "kspan.owner.inferred";
  static final String ADJUSTED = "kspan.start.adjusted_ms";
  static final String UNSEEN = "kspan.event.unseen";
  static final String WARNING = "Warning";
  private static final String UNKNOWN = "unknown";
  private static final String KUBELET = "kubelet";

  private final TraceSettings settings;
  private final String cluster;
  private final String clusterUid;
  private final PodNodes nodes;
  private final Map<Reporter, SortedMap<String, Object>> resources = new HashMap<>();

  private record Reporter(String component, String host) {}

  EventSpans(TraceSettings settings, String cluster, String clusterUid, PodNodes nodes) {
    this.settings = settings;
    this.cluster = cluster;
    this.clusterUid = clusterUid;
    this.nodes = nodes;
  }

  private AttributeMap attributes() {
    return new AttributeMap(settings.attributeMaxLength());
  }

  /**
   * Attributes of an event span.
   *
   * @param adjustedMillis how far its start lies before its own stamp
   */
  AttributeMap ofEvent(PlacedOccurrence occurrence, long adjustedMillis) {
    EventOccurrence event = occurrence.event();
    AttributeMap attributes =
        attributes()
            .put(ORIGIN, "event")
            .put("k8s.event.uid", KubernetesAttributes.realUid(event.uid()))
            .put("k8s.event.name", event.name())
            .put("k8s.event.reason", event.reason())
            .put("k8s.event.message", event.message())
            .put("k8s.event.type", event.type())
            .put(INFERRED, occurrence.inferred());
    if (event.count() > 0) {
      attributes.put("k8s.event.count", event.count());
    }
    if (event.count() > 1 && event.firstTimeNanos() > 0) {
      attributes.put(
          "k8s.event.start_time", Instant.ofEpochSecond(0, event.firstTimeNanos()).toString());
    }
    if (adjustedMillis > 0) {
      attributes.put(ADJUSTED, adjustedMillis);
    }
    if (occurrence.unseen() > 0) {
      attributes.put(UNSEEN, occurrence.unseen());
    }
    if (event.type().equals(WARNING)) {
      attributes.put(ErrorAttributes.ERROR_TYPE, event.reason());
    }
    about(attributes, occurrence);
    return attributes;
  }

  private void about(AttributeMap attributes, PlacedOccurrence occurrence) {
    for (int i = occurrence.owners().size() - 1; i >= 0; i--) {
      KubernetesAttributes.named(attributes, occurrence.owners().get(i));
    }
    KubernetesAttributes.object(attributes, occurrence.object());
    EventOccurrence event = occurrence.event();
    attributes.put(K8sAttributes.K8S_CONTAINER_NAME, Containers.nameIn(event.fieldPath()));
    String node = nodes.of(occurrence.object().uid());
    if (node.isEmpty() && event.component().equals(KUBELET)) {
      node = event.host();
    }
    attributes.put(K8sAttributes.K8S_NODE_NAME, node);
  }

  /** Attributes of a change or activity span. */
  AttributeMap ofRoot(String origin, ObjectIdentity root) {
    AttributeMap attributes = attributes().put(ORIGIN, origin);
    KubernetesAttributes.object(attributes, root);
    return attributes.put(K8sAttributes.K8S_NODE_NAME, nodes.of(root.uid()));
  }

  /** Resource of a span that {@code component} on {@code host} reported; few, so shared. */
  SortedMap<String, Object> resource(String component, String host) {
    return resources.computeIfAbsent(new Reporter(component, host), this::resource);
  }

  private SortedMap<String, Object> resource(Reporter reporter) {
    String component = reporter.component().isEmpty() ? UNKNOWN : reporter.component();
    String fixed = settings.fixedServiceName();
    AttributeMap resource = attributes();
    settings.resourceAttributes().forEach(resource::put);
    return resource
        .put(ServiceAttributes.SERVICE_NAME, fixed.isEmpty() ? component : fixed)
        .put(ServiceAttributes.SERVICE_INSTANCE_ID, reporter.host())
        .put(K8sAttributes.K8S_CLUSTER_NAME, cluster)
        .put(K8sAttributes.K8S_CLUSTER_UID, clusterUid)
        .build();
  }
}
