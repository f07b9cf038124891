package io.kspan.benchmarks.connector;

/**
 * Objects of the size that clusters have: a pod of one container with probes, volumes and
 * managedFields, an Event of the kubelet about it.
 */
final class GeneratedObjects {
  private static final String POD =
      """
      {"metadata":{"name":"web-%1$07d","generateName":"web-7d4b9c6f5d-","namespace":"team-%2$d","uid":"%3$s",\
      "resourceVersion":"%4$d","creationTimestamp":"2026-11-20T08:00:00Z",\
      "labels":{"app":"web","pod-template-hash":"7d4b9c6f5d","app.kubernetes.io/name":"web","app.kubernetes.io/part-of":"shop"},\
      "annotations":{"prometheus.io/scrape":"true","checksum/config":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"},\
      "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web-7d4b9c6f5d","uid":"11111111-0000-4000-8000-000000000000","controller":true,"blockOwnerDeletion":true}],\
      "managedFields":[\
      {"manager":"kube-controller-manager","operation":"Update","apiVersion":"v1","time":"2026-11-20T08:00:00Z","fieldsType":"FieldsV1",\
      "fieldsV1":{"f:metadata":{"f:annotations":{".":{},"f:checksum/config":{}},"f:generateName":{},"f:labels":{".":{},"f:app":{},"f:pod-template-hash":{}},"f:ownerReferences":{".":{}}},\
      "f:spec":{"f:containers":{"k:{\\"name\\":\\"main\\"}":{".":{},"f:env":{".":{}},"f:image":{},"f:imagePullPolicy":{},"f:livenessProbe":{},"f:name":{},"f:ports":{".":{}},"f:readinessProbe":{},"f:resources":{}}},\
      "f:dnsPolicy":{},"f:enableServiceLinks":{},"f:restartPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{}}}},\
      {"manager":"kubelet","operation":"Update","apiVersion":"v1","time":"2026-11-20T08:00:09Z","subresource":"status","fieldsType":"FieldsV1",\
      "fieldsV1":{"f:status":{"f:conditions":{"k:{\\"type\\":\\"ContainersReady\\"}":{".":{},"f:lastProbeTime":{},"f:status":{}},"k:{\\"type\\":\\"Ready\\"}":{".":{},"f:status":{}}},\
      "f:containerStatuses":{},"f:hostIP":{},"f:phase":{},"f:podIP":{},"f:podIPs":{},"f:startTime":{}}}}]},\
      "spec":{"nodeName":"node-%2$d","serviceAccountName":"default","restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst",\
      "volumes":[{"name":"kube-api-access-x","projected":{"sources":[{"serviceAccountToken":{"expirationSeconds":3607,"path":"token"}},{"configMap":{"name":"kube-root-ca.crt","items":[{"key":"ca.crt","path":"ca.crt"}]}}],"defaultMode":420}}],\
      "containers":[{"name":"main","image":"registry.example.com/shop/web:1.17.3","args":["--port=8080","--log=json"],\
      "env":[{"name":"JAVA_TOOL_OPTIONS","value":"-XX:MaxRAMPercentage=75"},{"name":"REGION","value":"eu-1"},{"name":"POD_NAME","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}],\
      "ports":[{"containerPort":8080,"protocol":"TCP"}],"resources":{"limits":{"memory":"512Mi"},"requests":{"cpu":"250m","memory":"512Mi"}},\
      "livenessProbe":{"httpGet":{"path":"/live","port":8080,"scheme":"HTTP"},"periodSeconds":10},"readinessProbe":{"httpGet":{"path":"/ready","port":8080,"scheme":"HTTP"},"periodSeconds":5},\
      "volumeMounts":[{"name":"kube-api-access-x","readOnly":true,"mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}],"imagePullPolicy":"IfNotPresent"}],\
      "tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300},{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}]},\
      "status":{"phase":"Running","conditions":[{"type":"Initialized","status":"True","lastProbeTime":null,"lastTransitionTime":"2026-11-20T08:00:00Z"},\
      {"type":"Ready","status":"True","lastProbeTime":null,"lastTransitionTime":"2026-11-20T08:00:09Z"},{"type":"ContainersReady","status":"True","lastProbeTime":null,"lastTransitionTime":"2026-11-20T08:00:09Z"},\
      {"type":"PodScheduled","status":"True","lastProbeTime":null,"lastTransitionTime":"2026-11-20T08:00:00Z"}],"hostIP":"10.0.0.1","podIP":"10.1.0.1","podIPs":[{"ip":"10.1.0.1"}],"startTime":"2026-11-20T08:00:00Z",\
      "containerStatuses":[{"name":"main","state":{"running":{"startedAt":"2026-11-20T08:00:04Z"}},"lastState":{},"ready":true,"restartCount":0,"image":"registry.example.com/shop/web:1.17.3",\
      "imageID":"registry.example.com/shop/web@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef","containerID":"containerd://0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef","started":true}],"qosClass":"Burstable"}}""";

  private static final String EVENT =
      """
      {"type":"ADDED","object":{"kind":"Event","apiVersion":"v1","metadata":{"name":"web-%1$07d.%4$016x","namespace":"team-%2$d","uid":"%3$s",\
      "resourceVersion":"%4$d","creationTimestamp":"2026-11-20T09:00:00Z",\
      "managedFields":[{"manager":"kubelet","operation":"Update","apiVersion":"v1","time":"2026-11-20T09:00:00Z","fieldsType":"FieldsV1",\
      "fieldsV1":{"f:count":{},"f:firstTimestamp":{},"f:involvedObject":{},"f:lastTimestamp":{},"f:message":{},"f:reason":{},"f:reportingComponent":{},"f:reportingInstance":{},"f:source":{"f:component":{},"f:host":{}},"f:type":{}}}]},\
      "involvedObject":{"kind":"Pod","namespace":"team-%2$d","name":"web-%1$07d","uid":"%5$s","apiVersion":"v1","resourceVersion":"1000","fieldPath":"spec.containers{main}"},\
      "reason":"Unhealthy","message":"Readiness probe failed: HTTP probe failed with statuscode: 503 (sent %6$d)","source":{"component":"kubelet","host":"node-%2$d"},\
      "firstTimestamp":"2026-11-20T09:00:00Z","lastTimestamp":"2026-11-20T09:00:00Z","count":1,"type":"Warning","eventTime":null,"reportingComponent":"kubelet","reportingInstance":"node-%2$d"}}
      """;

  private static final int NAMESPACES = 100;

  private GeneratedObjects() {}

  static String pod(int number, long version) {
    return POD.formatted(number, number % NAMESPACES, uid('a', number), version);
  }

  /** A line of a watch; its message ends in the time of sending. */
  static String event(int pod, long version, long sentMillis) {
    return EVENT.formatted(
        pod, pod % NAMESPACES, uid('e', version), version, uid('a', pod), sentMillis);
  }

  private static String uid(char kind, long number) {
    return "%c0000000-0000-4000-8000-%012x".formatted(kind, number);
  }
}
