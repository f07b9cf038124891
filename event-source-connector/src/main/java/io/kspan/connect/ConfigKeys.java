package io.kspan.connect;

import io.kspan.connect.record.Projection;
import io.kspan.connect.record.PublishedValues;
import io.kspan.connect.struct.ValueFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.config.ConfigDef;

/**
 * Every key of the connector with its documentation; the tables in docs/ are generated from here.
 */
final class ConfigKeys {
  static final String ACCESS_GROUP = "Access to the API server";
  static final String SCOPE_GROUP = "Scope";
  static final String OUTPUT_GROUP = "Output";
  static final String WATCH_GROUP = "Listing and watching";

  static final String CLUSTER_NAME_CONFIG = "cluster.name";
  private static final String CLUSTER_NAME_DOC =
      "Name of the cluster: first segment of every record key, field `cluster` of every record, and part of the source"
          + " offsets. Changing it makes the connector list everything again under new keys.";

  static final String URL_CONFIG = "kubernetes.url";
  private static final String URL_DOC =
      "Base URL of the API server. With neither this nor `kubernetes.kubeconfig`, the connector uses `KUBECONFIG`,"
          + " `~/.kube/config`, or the service account of the pod it runs in, in this order.";
  static final String KUBECONFIG_CONFIG = "kubernetes.kubeconfig";
  private static final String KUBECONFIG_DOC =
      "Path of a kubeconfig file on the workers. Not together with `kubernetes.url`. Its token is read again every minute"
          + " and when it is refused, its server and certificates when a task starts.";
  static final String CONTEXT_CONFIG = "kubernetes.context";
  private static final String CONTEXT_DOC = "Context of the kubeconfig; empty for its current one.";
  static final String TOKEN_CONFIG = "kubernetes.token";
  private static final String TOKEN_DOC =
      "Bearer token for `kubernetes.url`. Best given through a ConfigProvider, such as"
          + " `${file:/etc/secrets/kubernetes.properties:token}`.";
  static final String TOKEN_FILE_CONFIG = "kubernetes.token.file";
  private static final String TOKEN_FILE_DOC =
      "File with the bearer token for `kubernetes.url`; read for every request, so a rotated token needs no restart.";
  static final String CA_FILE_CONFIG = "kubernetes.ca.file";
  private static final String CA_FILE_DOC =
      "PEM file with the certificate authority of the API server; empty for that of the kubeconfig or the JVM. Read when a"
          + " task starts: after a change, restart the tasks.";
  static final String CLIENT_CERT_FILE_CONFIG = "kubernetes.client.certificate.file";
  private static final String CLIENT_CERT_FILE_DOC =
      "PEM file with the client certificate for `kubernetes.url`; its key is in `kubernetes.client.key.file`. Both are read"
          + " when a task starts: restart the tasks before the old one expires.";
  static final String CLIENT_KEY_FILE_CONFIG = "kubernetes.client.key.file";
  private static final String CLIENT_KEY_FILE_DOC =
      "PEM file with the unencrypted private key of the client certificate, PKCS #8 or the older forms.";
  static final String PROXY_URL_CONFIG = "kubernetes.proxy.url";
  private static final String PROXY_URL_DOC =
      "HTTP proxy on the way to the API server, such as `http://proxy:3128`; empty for that of the kubeconfig or none.";
  static final String PROXY_USER_CONFIG = "kubernetes.proxy.user";
  private static final String PROXY_USER_DOC = "User name for the proxy.";
  static final String PROXY_PASSWORD_CONFIG = "kubernetes.proxy.password";
  private static final String PROXY_PASSWORD_DOC =
      "Password for the proxy; best given through a ConfigProvider.";
  static final String CLIENT_QPS_CONFIG = "client.qps";
  private static final String CLIENT_QPS_DOC =
      "Requests a second of one task to the API server, on average; up to a second's worth at once. A watch is one request,"
          + " a list one for each page.";
  static final String INSECURE_CONFIG = "kubernetes.insecure.skip.tls.verify";
  private static final String INSECURE_DOC =
      "Accept any certificate of the API server. An attacker between worker and API server can then read the token.";
  static final String CONNECT_TIMEOUT_CONFIG = "kubernetes.connect.timeout.ms";
  private static final String CONNECT_TIMEOUT_DOC = "How long a connection may take to open.";
  static final String REQUEST_TIMEOUT_CONFIG = "kubernetes.request.timeout.ms";
  private static final String REQUEST_TIMEOUT_DOC =
      "How long the API server may take to begin its answer.";
  static final String VALIDATION_TIMEOUT_CONFIG = "connection.validation.timeout.ms";
  private static final String VALIDATION_TIMEOUT_DOC =
      "How long the validation of a configuration may try the access to the API server, with lists of one object; 0 to skip"
          + " it. Connect validates a configuration when it is sent. A standalone worker validates at every start, and ends when"
          + " the API server is unreachable.";

  static final String NAMESPACES_CONFIG = "namespaces";
  private static final String NAMESPACES_DOC =
      "Namespaces to watch; empty for all. Nodes, namespaces and persistent volumes have no namespace and are always"
          + " watched cluster-wide. Every namespace costs one connection for each resource.";
  static final String SELECTOR_CONFIG = "namespaces.selector";
  private static final String SELECTOR_DOC =
      "Label selector of the namespaces to watch, such as `team in (a, b), !internal`; instead of `namespaces`. Looked up"
          + " again every `scope.refresh.interval.ms`; when other namespaces match, the tasks are configured anew and"
          + " resume. Needs `list` on namespaces.";
  static final String SCOPE_REFRESH_CONFIG = "scope.refresh.interval.ms";
  private static final String SCOPE_REFRESH_DOC =
      "How often to read the namespaces that match `namespaces.selector` and, with named or selected namespaces, to check"
          + " whether missing custom resources have been installed.";
  static final String RESOURCES_CONFIG = "resources";
  private static final String RESOURCES_DOC =
      "What to watch, as `version/plural` or `group/version/plural`. The default is what the trace model needs; an object"
          + " whose owners are not watched becomes the root of its traces. Events must be listed once: `v1/events` and"
          + " `events.k8s.io/v1/events` are the same Events. Custom resources are named the same way; one that is not"
          + " installed is tried again until it is. Secrets are refused.";
  static final String OWNERS_KINDS_CONFIG = "owners.fetch.kinds";
  private static final String OWNERS_KINDS_DOC =
      "Resources that are not watched, but fetched one by one when a watched object names one as its owner or an Event is"
          + " about one, such as `argoproj.io/v1alpha1/rollouts`. Needs `get` on them. Each task fetches for itself, an"
          + " object anew when a reference names another UID, or any reference after `owners.fetch.ttl.ms`. What happens"
          + " to an object in between is not seen; prefer `resources` where objects are few.";
  static final String OWNERS_TTL_CONFIG = "owners.fetch.ttl.ms";
  private static final String OWNERS_TTL_DOC =
      "How long the answer to a reference stays valid, also the answer that there is no such object; after that, a reference"
          + " makes the connector fetch the object again.";
  static final String EXCLUDE_REASONS_CONFIG = "events.exclude.reasons";
  private static final String EXCLUDE_REASONS_DOC =
      "Events with one of these values of `reason` are not published.";
  static final String EXCLUDE_TYPES_CONFIG = "events.exclude.types";
  private static final String EXCLUDE_TYPES_DOC =
      "Events with one of these values of `type` (`Normal`, `Warning`) are not published.";
  static final List<String> RESOURCES_DEFAULT =
      List.of(
          "v1/events",
          "v1/pods",
          "apps/v1/replicasets",
          "apps/v1/deployments",
          "apps/v1/statefulsets",
          "apps/v1/daemonsets",
          "batch/v1/jobs",
          "batch/v1/cronjobs",
          "autoscaling/v2/horizontalpodautoscalers",
          "v1/persistentvolumeclaims",
          "v1/nodes",
          "v1/namespaces",
          "policy/v1/poddisruptionbudgets");

  static final String TOPIC_PREFIX_CONFIG = "topic.prefix";
  private static final String TOPIC_PREFIX_DOC =
      "Prefix of the topics `events`, `objects` and `heartbeats`. The first two must have the same number of partitions.";
  static final String PROJECTION_CONFIG = "projection";
  private static final String PROJECTION_DOC =
      "How much of an object is published. `safe`: metadata, status, and of the spec only what the trace model needs, never"
          + " environment or arguments but hashes of them. `metadata`: no spec and status; outcomes of changes are then unknown. `full`: as"
          + " served, environment and arguments included. Data of Secrets and ConfigMaps is dropped at every level.";
  static final String PROJECTION_ANNOTATIONS_CONFIG = "projection.annotations";
  private static final String PROJECTION_ANNOTATIONS_DOC =
      "Annotations that `safe` and `metadata` publish; `prefix*` for all that begin so. Add what `span.annotations`,"
          + " `trace.traceparent.annotations` and `trace.top.level.annotation` of the topology name. Tools keep whole"
          + " configurations in annotations, so no others leave the cluster.";
  static final String PROJECTION_HASH_KEY_CONFIG = "projection.hash.key";
  private static final String PROJECTION_HASH_KEY_DOC =
      "Secret key of the hashes by which `safe` tells which environment variables, arguments and other parts of a spec"
          + " changed; best given through a ConfigProvider. Empty for the cluster's name: a reader of the topic can then"
          + " check a guess of a value, so set it where such values are secret and short. After it changed, the next"
          + " change of each object names fewer parts.";
  static final String VALUE_FORMAT_CONFIG = "value.format";
  private static final String VALUE_FORMAT_DOC =
      "Form of a record's value. `json`: the envelope as JSON text, for StringConverter; the topology reads no other."
          + " `struct`: the same fields as a Struct with a schema, for other readers, with an Avro, Protobuf or JSON Schema"
          + " converter, and for transformations of fields.";
  static final String MAX_RECORD_BYTES_CONFIG = "max.record.bytes";
  private static final String MAX_RECORD_BYTES_DOC =
      "In bytes of the JSON text. A larger record loses managedFields, then spec, then status, until it fits; if that is not enough, texts beyond 16384"
          + " characters, and then all but what identifies it and, of an Event, what it says. Keep it below"
          + " `max.request.size` of the producer and `max.message.bytes` of the topics: a record that Kafka refuses ends"
          + " the task. As a Struct with `JsonConverter` and schemas a record is about twice as large.";

  static final String HEARTBEAT_INTERVAL_CONFIG = "heartbeat.interval.ms";
  private static final String HEARTBEAT_INTERVAL_DOC =
      "How often to write one record for each resource and namespace to the topic `heartbeats`, so that the stored offsets"
          + " advance with the bookmarks of a quiet cluster; 0 for never.";

  static final String LIST_PAGE_SIZE_CONFIG = "list.page.size";
  private static final String LIST_PAGE_SIZE_DOC = "How many objects to ask for at once in a list.";
  static final String WATCH_TIMEOUT_CONFIG = "watch.timeout.ms";
  private static final String WATCH_TIMEOUT_DOC =
      "How long one watch request lasts at most before it is renewed, without a list.";
  static final String WATCH_STALL_TIMEOUT_CONFIG = "watch.stall.timeout.ms";
  private static final String WATCH_STALL_TIMEOUT_DOC =
      "How long a response may be silent before it is given up and asked for again. Renewing a watch that was only quiet is"
          + " cheap; the API server sends bookmarks about once a minute, but none for Events.";
  static final String SNAPSHOT_INTERVAL_CONFIG = "snapshot.interval.ms";
  private static final String SNAPSHOT_INTERVAL_DOC =
      "How often to publish all objects (not Events) again, less a little jitter, one resource and namespace of a task after"
          + " the other; 0 for never. Keep it below half of the retention of the topic `objects`, so that the topic"
          + " always holds every object.";
  static final String BUFFER_MAX_RECORDS_CONFIG = "buffer.max.records";
  private static final String BUFFER_MAX_RECORDS_DOC =
      "Records of a task that may wait for Kafka; when reached, the watches are held back.";
  static final String BUFFER_MAX_BYTES_CONFIG = "buffer.max.bytes";
  private static final String BUFFER_MAX_BYTES_DOC =
      "Size of the records of a task that may wait for Kafka; when reached, the watches are held back.";
  static final String BATCH_MAX_RECORDS_CONFIG = "batch.max.records";
  private static final String BATCH_MAX_RECORDS_DOC =
      "Approximate maximum of records handed to Connect at once.";
  static final String BACKOFF_INITIAL_CONFIG = "backoff.initial.ms";
  private static final String BACKOFF_INITIAL_DOC =
      "First delay after a failed request; it doubles with every further one, with jitter.";
  static final String BACKOFF_MAX_CONFIG = "backoff.max.ms";
  private static final String BACKOFF_MAX_DOC =
      "Longest delay after a failed request, also between attempts at a resource that is forbidden.";

  private ConfigKeys() {}

  /** A new definition; cheap, without IO. */
  static ConfigDef definition() {
    GroupedDef def = new GroupedDef();
    scope(def);
    access(def);
    output(def);
    watching(def);
    return def.definition();
  }

  private static void access(GroupedDef def) {
    def.group(ACCESS_GROUP)
        .text(URL_CONFIG, Validators.URL, URL_DOC, "API server URL")
        .text(KUBECONFIG_CONFIG, null, KUBECONFIG_DOC, "Kubeconfig file")
        .text(CONTEXT_CONFIG, null, CONTEXT_DOC, "Kubeconfig context")
        .secret(TOKEN_CONFIG, Validators.TOKEN, TOKEN_DOC, "Bearer token")
        .text(TOKEN_FILE_CONFIG, null, TOKEN_FILE_DOC, "Bearer token file")
        .text(CA_FILE_CONFIG, null, CA_FILE_DOC, "CA certificate file")
        .text(CLIENT_CERT_FILE_CONFIG, null, CLIENT_CERT_FILE_DOC, "Client certificate file")
        .shownWith(CLIENT_CERT_FILE_CONFIG)
        .text(CLIENT_KEY_FILE_CONFIG, null, CLIENT_KEY_FILE_DOC, "Client key file")
        .flag(INSECURE_CONFIG, INSECURE_DOC, "Skip TLS verification")
        .millis(CONNECT_TIMEOUT_CONFIG, 10_000, 1, CONNECT_TIMEOUT_DOC, "Connect timeout")
        .millis(REQUEST_TIMEOUT_CONFIG, 30_000, 1, REQUEST_TIMEOUT_DOC, "Request timeout")
        .millis(VALIDATION_TIMEOUT_CONFIG, 10_000, 0, VALIDATION_TIMEOUT_DOC, "Validation timeout")
        .count(CLIENT_QPS_CONFIG, 20, 1, CLIENT_QPS_DOC, "Requests per second")
        .text(PROXY_URL_CONFIG, Validators.URL, PROXY_URL_DOC, "Proxy URL")
        .shownWith(PROXY_URL_CONFIG)
        .text(PROXY_USER_CONFIG, null, PROXY_USER_DOC, "Proxy user")
        .shownWith(PROXY_USER_CONFIG)
        .secret(PROXY_PASSWORD_CONFIG, null, PROXY_PASSWORD_DOC, "Proxy password");
  }

  private static void scope(GroupedDef def) {
    def.group(SCOPE_GROUP)
        .required(CLUSTER_NAME_CONFIG, Validators.CLUSTER_NAME, CLUSTER_NAME_DOC, "Cluster name")
        .list(NAMESPACES_CONFIG, Validators.NAMESPACES, NAMESPACES_DOC, "Namespaces")
        .text(SELECTOR_CONFIG, Validators.LABEL_SELECTOR, SELECTOR_DOC, "Namespace selector")
        .millis(SCOPE_REFRESH_CONFIG, 60_000, 100, SCOPE_REFRESH_DOC, "Scope refresh interval")
        .list(RESOURCES_CONFIG, RESOURCES_DEFAULT, Validators.RESOURCES, RESOURCES_DOC, "Resources")
        .list(OWNERS_KINDS_CONFIG, Validators.OWNER_KINDS, OWNERS_KINDS_DOC, "Fetched owner kinds")
        .shownWith(OWNERS_KINDS_CONFIG)
        .millis(OWNERS_TTL_CONFIG, 600_000, 1_000, OWNERS_TTL_DOC, "Fetched owner lifetime")
        .list(EXCLUDE_REASONS_CONFIG, Validators.DISTINCT, EXCLUDE_REASONS_DOC, "Excluded reasons")
        .recommending("Normal", "Warning")
        .list(EXCLUDE_TYPES_CONFIG, Validators.DISTINCT, EXCLUDE_TYPES_DOC, "Excluded types");
  }

  private static void output(GroupedDef def) {
    def.group(OUTPUT_GROUP)
        .text(
            TOPIC_PREFIX_CONFIG, "k8s.", Validators.TOPIC_PREFIX, TOPIC_PREFIX_DOC, "Topic prefix")
        .choice(PROJECTION_CONFIG, "safe", names(Projection.values()), PROJECTION_DOC, "Projection")
        .list(
            PROJECTION_ANNOTATIONS_CONFIG,
            PublishedValues.DEFAULT_ANNOTATIONS,
            Validators.DISTINCT,
            PROJECTION_ANNOTATIONS_DOC,
            "Published annotations")
        .secret(PROJECTION_HASH_KEY_CONFIG, null, PROJECTION_HASH_KEY_DOC, "Key of hashes")
        .choice(
            VALUE_FORMAT_CONFIG,
            "json",
            names(ValueFormat.values()),
            VALUE_FORMAT_DOC,
            "Value format")
        .count(MAX_RECORD_BYTES_CONFIG, 900_000, 10_000, MAX_RECORD_BYTES_DOC, "Largest record")
        .millis(HEARTBEAT_INTERVAL_CONFIG, 0, 0, HEARTBEAT_INTERVAL_DOC, "Heartbeat interval");
  }

  private static void watching(GroupedDef def) {
    def.group(WATCH_GROUP)
        .count(LIST_PAGE_SIZE_CONFIG, 500, 1, LIST_PAGE_SIZE_DOC, "List page size")
        .millis(WATCH_TIMEOUT_CONFIG, 300_000, 1_000, WATCH_TIMEOUT_DOC, "Watch timeout")
        .millis(WATCH_STALL_TIMEOUT_CONFIG, 120_000, 100, WATCH_STALL_TIMEOUT_DOC, "Stall timeout")
        .millis(SNAPSHOT_INTERVAL_CONFIG, 86_400_000, 0, SNAPSHOT_INTERVAL_DOC, "Snapshot interval")
        .count(BUFFER_MAX_RECORDS_CONFIG, 4_096, 1, BUFFER_MAX_RECORDS_DOC, "Buffered records")
        .bytes(BUFFER_MAX_BYTES_CONFIG, 33_554_432, 10_000, BUFFER_MAX_BYTES_DOC, "Buffered bytes")
        .count(BATCH_MAX_RECORDS_CONFIG, 1_024, 1, BATCH_MAX_RECORDS_DOC, "Batch size")
        .millis(BACKOFF_INITIAL_CONFIG, 1_000, 1, BACKOFF_INITIAL_DOC, "First backoff")
        .millis(BACKOFF_MAX_CONFIG, 60_000, 1, BACKOFF_MAX_DOC, "Longest backoff");
  }

  private static String[] names(Enum<?>... values) {
    return Arrays.stream(values)
        .map(value -> value.name().toLowerCase(Locale.ROOT))
        .toArray(String[]::new);
  }
}
