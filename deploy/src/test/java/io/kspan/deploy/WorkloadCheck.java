package io.kspan.deploy;

import static io.kspan.deploy.Repository.texts;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * Whether the pods of a StatefulSet or Deployment, or the pod of a hook, would start, stop well,
 * and be restricted.
 */
final class WorkloadCheck {
  private static final String CONFIG_OPTION = "--config=";
  private static final String SET_OPTION = "--set=";

  private final List<JsonNode> documents;
  private final JsonNode workload;
  private final BiConsumer<JsonNode, String> reports;
  private final JsonNode pod;

  WorkloadCheck(List<JsonNode> documents, JsonNode workload, BiConsumer<JsonNode, String> reports) {
    this.documents = documents;
    this.workload = workload;
    this.reports = reports;
    String path = workload.path("kind").asText().equals("Pod") ? "/spec" : "/spec/template/spec";
    pod = workload.at(path);
  }

  /** A pod that ends by itself: nothing probes it. */
  void runOfHook() {
    require(
        exists("ServiceAccount", pod.path("serviceAccountName").asText()),
        "names a ServiceAccount that is not there");
    require(pod.path("restartPolicy").asText().equals("Never"), "is started again when it fails");
    restricted();
    for (JsonNode container : pod.path("containers")) {
      Map<String, String> mounts = mounts(container);
      ProgramSettings settings = settings(container, mounts);
      settings.problems().forEach(problem -> reports.accept(workload, problem));
      secrets(settings, mounts);
    }
  }

  void run() {
    JsonNode selector = workload.at("/spec/selector/matchLabels");
    JsonNode labels = workload.at("/spec/template/metadata/labels");
    require(ManifestCheck.contains(labels, selector), "does not select its own pods");
    if (workload.path("kind").asText().equals("StatefulSet")) {
      require(
          exists("Service", workload.at("/spec/serviceName").asText()),
          "names a Service that is not there");
    }
    require(
        exists("ServiceAccount", pod.path("serviceAccountName").asText()),
        "names a ServiceAccount that is not there");
    restricted();
    for (JsonNode container : pod.path("containers")) {
      container(container);
    }
  }

  private void restricted() {
    JsonNode security = pod.path("securityContext");
    require(security.path("runAsNonRoot").asBoolean(), "may run as root");
    require(
        security.at("/seccompProfile/type").asText().equals("RuntimeDefault"),
        "has no seccomp profile");
    require(
        pod.has("automountServiceAccountToken")
            && !pod.path("automountServiceAccountToken").asBoolean(),
        "mounts a token that it does not need");
    for (JsonNode container : pod.path("containers")) {
      JsonNode own = container.path("securityContext");
      require(own.path("readOnlyRootFilesystem").asBoolean(), "writes to its root file system");
      require(!own.path("allowPrivilegeEscalation").asBoolean(true), "may gain privileges");
      require(texts(own.at("/capabilities/drop")).equals(List.of("ALL")), "keeps capabilities");
      JsonNode resources = container.path("resources");
      require(resources.path("requests").has("memory"), "requests no memory");
      require(resources.path("limits").has("memory"), "has no limit of memory");
    }
  }

  private void container(JsonNode container) {
    for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
      String port = container.path(probe).at("/httpGet/port").asText();
      require(
          portNames(workload).contains(port),
          probe + " asks port '" + port + "', no port has that name");
    }
    Map<String, String> mounts = mounts(container);
    ProgramSettings settings = settings(container, mounts);
    settings.problems().forEach(problem -> reports.accept(workload, problem));

    String listen = ":" + container.path("ports").path(0).path("containerPort").asText();
    require(
        settings.get("http.listen").endsWith(listen),
        "http.listen is '"
            + settings.get("http.listen")
            + "', the port of the container "
            + listen);
    long grace = pod.path("terminationGracePeriodSeconds").asLong();
    require(
        grace > settings.longestStop().toSeconds(),
        "is killed after " + grace + " s; stopping may take " + settings.longestStop());
    require(
        mounts.containsKey("/tmp"), "cannot unpack native libraries: nothing is mounted on /tmp");
    if (texts(container.path("args")).contains("run")) {
      state(settings, mounts);
    }
    secrets(settings, mounts);
  }

  private void secrets(ProgramSettings settings, Map<String, String> mounts) {
    for (String key : List.of("kafka.ssl.truststore.location", "kafka.ssl.keystore.location")) {
      String file = settings.get(key);
      require(
          file.isEmpty() || mounts.keySet().stream().anyMatch(path -> file.startsWith(path + "/")),
          key + " is on no mounted volume");
    }
  }

  private void state(ProgramSettings settings, Map<String, String> mounts) {
    Set<String> claims = new TreeSet<>();
    workload
        .at("/spec/volumeClaimTemplates")
        .forEach(claim -> claims.add(ManifestCheck.name(claim)));
    String directory = settings.get("kafka.state.dir");
    require(
        claims.contains(mounts.getOrDefault(directory, "")),
        "kafka.state.dir is '" + directory + "', where no claim is mounted");
    boolean named = !settings.get("kafka.group.instance.id").isEmpty();
    require(
        named == settings.get("kafka.group.protocol").equals("classic"),
        "kafka.group.instance.id belongs to kafka.group.protocol=classic, and to no other");
  }

  /** Path to volume; each volume must be there. */
  private Map<String, String> mounts(JsonNode container) {
    Set<String> volumes = new TreeSet<>();
    for (JsonNode volume : pod.path("volumes")) {
      volumes.add(volume.path("name").asText());
      String config = volume.at("/configMap/name").asText();
      require(
          config.isEmpty() || exists("ConfigMap", config),
          "mounts " + config + ", which is not there");
    }
    workload
        .at("/spec/volumeClaimTemplates")
        .forEach(claim -> volumes.add(ManifestCheck.name(claim)));
    Map<String, String> mounts = new TreeMap<>();
    for (JsonNode mount : container.path("volumeMounts")) {
      String volume = mount.path("name").asText();
      require(volumes.contains(volume), "mounts volume '" + volume + "', which is not there");
      require(
          mounts.put(mount.path("mountPath").asText(), volume) == null,
          "mounts twice on " + mount.path("mountPath").asText());
    }
    return mounts;
  }

  private ProgramSettings settings(JsonNode container, Map<String, String> mounts) {
    String command = "";
    Map<String, String> file = new HashMap<>();
    Map<String, String> options = new HashMap<>();
    for (String argument : texts(container.path("args"))) {
      if (argument.startsWith("--no-")) {
        continue;
      }
      if (argument.startsWith(CONFIG_OPTION)) {
        file.putAll(mountedFile(argument.substring(CONFIG_OPTION.length()), mounts));
      } else if (argument.startsWith(SET_OPTION)) {
        String[] setting = argument.substring(SET_OPTION.length()).split("=", 2);
        options.put(setting[0], setting[1]);
      } else {
        command = argument;
      }
    }
    Map<String, String> environment = new HashMap<>();
    for (JsonNode variable : container.path("env")) {
      environment.put(variable.path("name").asText(), value(variable));
    }
    return new ProgramSettings(command, file, environment, options);
  }

  private static String value(JsonNode variable) {
    if (!variable.has("valueFrom")) {
      return variable.path("value").asText();
    }
    return variable.path("name").asText().endsWith("HEADERS") ? "api-key=secret" : "secret";
  }

  private Map<String, String> mountedFile(String path, Map<String, String> mounts) {
    int name = path.lastIndexOf('/');
    String volume = mounts.getOrDefault(path.substring(0, name), "");
    for (JsonNode candidate : pod.path("volumes")) {
      if (candidate.path("name").asText().equals(volume)) {
        JsonNode data = data(candidate.at("/configMap/name").asText());
        require(data.has(path.substring(name + 1)), "reads " + path + ", which nothing mounts");
        return Repository.properties(data.path(path.substring(name + 1)).asText());
      }
    }
    reports.accept(workload, "reads " + path + ", which nothing mounts");
    return Map.of();
  }

  private JsonNode data(String configMap) {
    for (JsonNode document : documents) {
      if (document.path("kind").asText().equals("ConfigMap")
          && ManifestCheck.name(document).equals(configMap)) {
        return document.path("data");
      }
    }
    return Repository.JSON.createObjectNode();
  }

  static Set<String> portNames(JsonNode workload) {
    List<String> names = new ArrayList<>();
    for (JsonNode container : workload.at("/spec/template/spec/containers")) {
      container.path("ports").forEach(port -> names.add(port.path("name").asText()));
    }
    return Set.copyOf(names);
  }

  private boolean exists(String kind, String name) {
    return documents.stream()
        .anyMatch(
            one -> one.path("kind").asText().equals(kind) && ManifestCheck.name(one).equals(name));
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      reports.accept(workload, otherwise);
    }
  }
}
