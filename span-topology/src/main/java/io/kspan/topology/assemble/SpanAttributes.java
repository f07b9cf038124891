package io.kspan.topology.assemble;

import io.kspan.topology.assemble.Outcome.Result;
import io.kspan.topology.model.Attributes;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.model.StatusFacts.Run;
import io.opentelemetry.semconv.ErrorAttributes;
import io.opentelemetry.semconv.K8sAttributes;
import io.opentelemetry.semconv.ServiceAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/**
 * Rule 7: attributes and resource of the spans of one session. Confined to the thread that builds
 * its traces.
 */
final class SpanAttributes {
  private static final String ORIGIN = "kspan.origin";
  private static final String UNKNOWN = "unknown";
  private static final String KUBELET = "kubelet";

  private final TraceSettings settings;
  private final String cluster;
  private final String clusterUid;
  private final TreeObjects objects;
  private final Map<Reporter, Attributes> resources = new HashMap<>();

  /**
   * What resources differ by.
   *
   * @param service null where the component is the service
   */
  private record Reporter(String component, String host, WorkloadService service) {}

  SpanAttributes(TraceSettings settings, String cluster, String clusterUid, TreeObjects objects) {
    this.settings = settings;
    this.cluster = cluster;
    this.clusterUid = clusterUid;
    this.objects = objects;
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
            // Rule 1.4: what is placed by a guess says so.
            .put("kspan.owner.inferred", occurrence.inferred());
    if (event.count() > 0) {
      attributes.put("k8s.event.count", event.count());
    }
    if (event.count() > 1 && event.firstTimeNanos() > 0) {
      attributes.put(
          "k8s.event.start_time", Instant.ofEpochSecond(0, event.firstTimeNanos()).toString());
    }
    if (adjustedMillis > 0) {
      attributes.put("kspan.start.adjusted_ms", adjustedMillis);
    }
    long timeAdjusted = event.original().distance(event.timeNanos());
    if (timeAdjusted > 0) {
      attributes.put("kspan.time.adjusted_ms", (timeAdjusted + Times.MILLI - 1) / Times.MILLI);
    }
    if (event.related() != null) {
      attributes
          .put("k8s.event.related.kind", event.related().reference().kind())
          .put("k8s.event.related.namespace", event.related().reference().namespace())
          .put("k8s.event.related.name", event.related().reference().name())
          .put("k8s.event.related.uid", event.related().uid());
    }
    if (occurrence.unseen() > 0) {
      attributes.put("kspan.event.unseen", occurrence.unseen());
    }
    if (event.isWarning()) {
      attributes.put(ErrorAttributes.ERROR_TYPE, event.reason());
    }
    if (settings.serviceOfWorkload() || !settings.fixedServiceName().isEmpty()) {
      attributes
          .put("kspan.event.component", event.component())
          .put("kspan.event.host", event.host());
    }
    about(attributes, occurrence);
    return attributes;
  }

  private void about(AttributeMap attributes, PlacedOccurrence occurrence) {
    EventOccurrence event = occurrence.event();
    chain(attributes, chain(occurrence.object(), occurrence.owners()), event.receiptMillis());
    attributes.put(K8sAttributes.K8S_CONTAINER_NAME, event.container());
    String node = objects.nodeName(occurrence.object().uid());
    if (node.isEmpty() && event.component().equals(KUBELET)) {
      node = event.host();
    }
    attributes.put(K8sAttributes.K8S_NODE_NAME, node);
  }

  /** Of two objects of one kind, the nearer to the Event has the name, and so the labels. */
  private void chain(AttributeMap attributes, List<ObjectIdentity> chain, long millis) {
    for (int i = chain.size() - 1; i > 0; i--) {
      KubernetesAttributes.named(attributes, chain.get(i));
    }
    KubernetesAttributes.object(attributes, chain.get(0));
    KubernetesAttributes.root(attributes, chain.get(chain.size() - 1));
    if (settings.spanLabels().isEmpty()) {
      return;
    }
    Set<String> kinds = new HashSet<>();
    for (ObjectIdentity object : chain) {
      if (kinds.add(object.reference().kind())) {
        labels(attributes, object, millis);
      }
    }
  }

  /** The object, then its owners up to the root. */
  private static List<ObjectIdentity> chain(ObjectIdentity object, List<ObjectIdentity> owners) {
    List<ObjectIdentity> chain = new ArrayList<>(owners.size() + 1);
    chain.add(object);
    chain.addAll(owners);
    return chain;
  }

  /**
   * Attributes of the span of a state.
   *
   * @param ended whether its trace shows how it ended
   */
  AttributeMap ofState(
      ObjectPeriod period, ObjectIdentity object, List<ObjectIdentity> owners, boolean ended) {
    AttributeMap attributes = attributes().put(ORIGIN, "state");
    chain(attributes, chain(object, owners), period.last().receiptMillis());
    attributes
        .put(K8sAttributes.K8S_NODE_NAME, objects.nodeName(object.uid()))
        .put("kspan.state.reason", ended || period.run() == null ? period.reason() : "");
    switch (period.state()) {
      case CONTAINER_WAITING ->
          attributes
              .put(K8sAttributes.K8S_CONTAINER_NAME, period.part())
              .put("k8s.container.status.state", "waiting");
      case CONTAINER_RUNNING -> ofRun(attributes, period, ended);
      case CONDITION -> attributes.put("kspan.state.condition", period.part());
      case TERMINATING ->
          attributes.put("kspan.state.grace_period_s", period.last().facts().gracePeriodSeconds());
      default -> {
        // The others have no more to say.
      }
    }
    return attributes;
  }

  private static void ofRun(AttributeMap attributes, ObjectPeriod period, boolean ended) {
    Run run = period.run();
    boolean isOver = ended && run.isOver();
    attributes
        .put(K8sAttributes.K8S_CONTAINER_NAME, period.part())
        .put("k8s.container.status.state", isOver ? "terminated" : "running")
        .put(K8sAttributes.K8S_CONTAINER_RESTART_COUNT.getKey(), period.restarts());
    if (isOver) {
      attributes.put("kspan.state.exit_code", run.exitCode());
      if (run.signal() != 0) {
        attributes.put("kspan.state.signal", run.signal());
      }
    }
  }

  /** Why the span of a state is an error, empty if it is none; of a run its end says that. */
  static String failure(ObjectPeriod period, boolean ended) {
    if (!period.failing() || period.run() != null && !ended) {
      return "";
    }
    return period.reason().isEmpty() ? "exit code " + period.run().exitCode() : period.reason();
  }

  /** Resource of the span of a state: the kubelet reports those of pods. */
  Attributes resource(ObjectPeriod period, ObjectIdentity object, List<ObjectIdentity> owners) {
    String node = objects.nodeName(object.uid());
    boolean isPod = object.reference().kind().equals("Pod");
    return shared(
        settings.serviceOfWorkload()
            ? reporter(chain(object, owners), period.last().receiptMillis())
            : new Reporter(isPod ? KUBELET : "", node, null));
  }

  /** The labels and annotations of an object that the settings name, as received then. */
  private void labels(AttributeMap attributes, ObjectIdentity object, long millis) {
    SortedMap<String, String> labels = objects.labels(object.uid(), millis);
    if (labels.isEmpty()) {
      return;
    }
    String prefix = KubernetesAttributes.prefix(object.reference().kind());
    labels.forEach(
        (name, value) -> {
          if (settings.spanLabels().contains(name)) {
            attributes.putEvenIfEmpty(prefix + name, value);
          }
        });
  }

  /**
   * Attributes of a change or activity span.
   *
   * @param millis the receipt that its labels are as of
   */
  AttributeMap ofRoot(String origin, ObjectIdentity root, long millis) {
    AttributeMap attributes = attributes().put(ORIGIN, origin);
    KubernetesAttributes.object(attributes, root);
    labels(attributes, root, millis);
    KubernetesAttributes.root(attributes, root);
    return attributes.put(K8sAttributes.K8S_NODE_NAME, objects.nodeName(root.uid()));
  }

  /**
   * Who delivered a change, from which sources, and how that ended.
   *
   * @param millis the receipt that its labels are as of
   * @param outcome null while it goes on
   */
  void delivery(AttributeMap attributes, ObjectIdentity root, long millis, Outcome outcome) {
    DeliveryContext delivery = DeliveryContext.of(objects.labels(root.uid(), millis));
    attributes
        .put("kspan.delivery.tool", delivery.tool())
        .put("kspan.delivery.kind", delivery.kind())
        .put("kspan.delivery.namespace", delivery.namespace())
        .put("kspan.delivery.chart", delivery.chart())
        .put("kspan.delivery.version", delivery.version())
        .put("deployment.name", delivery.name())
        .put("vcs.ref.head.revision", delivery.revision())
        .put("vcs.repository.url.full", delivery.repository())
        .put("cicd.pipeline.name", delivery.pipeline());
    boolean ended =
        outcome != null
            && (outcome.result() == Result.SUCCEEDED || outcome.result() == Result.FAILED);
    if (ended && !delivery.name().isEmpty()) {
      attributes.put("deployment.status", outcome.result().text());
    }
  }

  /** Resource of the span of an Event; shared, since there are few. */
  Attributes resource(PlacedOccurrence occurrence) {
    EventOccurrence event = occurrence.event();
    return shared(
        settings.serviceOfWorkload()
            ? reporter(chain(occurrence.object(), occurrence.owners()), event.receiptMillis())
            : new Reporter(event.component(), event.host(), null));
  }

  /**
   * Resource of a change or activity span.
   *
   * @param source what made the change; empty if that is not known
   */
  Attributes resource(String source, ObjectIdentity root, long millis) {
    return shared(
        settings.serviceOfWorkload()
            ? reporter(List.of(root), millis)
            : new Reporter(source, "", null));
  }

  private Reporter reporter(List<ObjectIdentity> chain, long millis) {
    return new Reporter(
        "", "", WorkloadService.of(chain, object -> objects.labels(object.uid(), millis)));
  }

  private Attributes shared(Reporter reporter) {
    return resources.computeIfAbsent(reporter, this::resource);
  }

  private Attributes resource(Reporter reporter) {
    String component = reporter.component().isEmpty() ? UNKNOWN : reporter.component();
    String fixed = settings.fixedServiceName();
    AttributeMap resource = attributes();
    settings.resourceAttributes().forEach(resource::put);
    if (reporter.service() == null) {
      resource
          .put(ServiceAttributes.SERVICE_NAME, fixed.isEmpty() ? component : fixed)
          .put(ServiceAttributes.SERVICE_INSTANCE_ID, reporter.host());
    } else {
      resource
          .put(ServiceAttributes.SERVICE_NAME, reporter.service().name())
          .put(ServiceAttributes.SERVICE_NAMESPACE, reporter.service().namespace())
          .put(ServiceAttributes.SERVICE_VERSION, reporter.service().version());
    }
    return resource
        .put(K8sAttributes.K8S_CLUSTER_NAME, cluster)
        .put(K8sAttributes.K8S_CLUSTER_UID, clusterUid)
        .build();
  }
}
