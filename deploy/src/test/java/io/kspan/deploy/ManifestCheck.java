package io.kspan.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Whether rendered manifests fit together, and whether each of them is a valid resource. */
final class ManifestCheck {
  private static final Set<String> WORKLOADS = Set.of("StatefulSet", "Deployment");

  private final List<JsonNode> documents;
  private final List<String> problems = new ArrayList<>();

  private ManifestCheck(List<JsonNode> documents) {
    this.documents = documents;
  }

  /** The problems, each with the name of the resource; empty if there is none. */
  static List<String> problems(String yaml) {
    ManifestCheck check = new ManifestCheck(Repository.documents(yaml));
    check.run();
    return check.problems;
  }

  private void run() {
    Set<String> names = new TreeSet<>();
    for (JsonNode document : documents) {
      StrictModel.problems(document).forEach(problem -> report(document, problem));
      String name = document.path("kind").asText() + "/" + name(document);
      if (!names.add(name)) {
        report(document, "is there twice");
      }
      if (name(document).length() > 63) {
        report(document, "name is longer than 63 characters");
      }
      switch (document.path("kind").asText()) {
        case "Service" -> {
          selects(document, document.at("/spec/selector"));
          document
              .at("/spec/ports")
              .forEach(port -> portOfSelected(document, port.path("targetPort").asText()));
        }
        case "PodDisruptionBudget" -> selects(document, document.at("/spec/selector/matchLabels"));
        case "NetworkPolicy" -> networkPolicy(document);
        case "PodMonitor" -> {
          selects(document, document.at("/spec/selector/matchLabels"));
          document
              .at("/spec/podMetricsEndpoints")
              .forEach(endpoint -> portOfSelected(document, endpoint.path("port").asText()));
        }
        case "ScaledObject" -> scaledObject(document);
        case "Pod" -> new WorkloadCheck(documents, document, this::report).runOfHook();
        default -> {
          if (WORKLOADS.contains(document.path("kind").asText())) {
            new WorkloadCheck(documents, document, this::report).run();
          }
        }
      }
    }
  }

  private void networkPolicy(JsonNode policy) {
    JsonNode labels = policy.at("/spec/podSelector/matchLabels");
    selects(policy, labels);
    for (JsonNode rule : policy.at("/spec/ingress")) {
      for (JsonNode port : rule.path("ports")) {
        portOfSelected(policy, port.path("port").asText());
      }
    }
    for (JsonNode rule : policy.at("/spec/egress")) {
      if (!rule.path("ports").elements().hasNext()) {
        report(policy, "an egress rule without ports allows everything");
      }
    }
  }

  private void scaledObject(JsonNode scaler) {
    JsonNode target = scaler.at("/spec/scaleTargetRef");
    for (JsonNode document : documents) {
      if (name(document).equals(target.path("name").asText())
          && document.path("kind").equals(target.path("kind"))) {
        if (document.path("spec").has("replicas")) {
          report(document, "has replicas, and a ScaledObject that sets them");
        }
        return;
      }
    }
    report(scaler, "scales " + target.path("name").asText() + ", which is not there");
  }

  /** A selector that selects nothing is a misspelt one. */
  private void selects(JsonNode document, JsonNode labels) {
    if (labels.isEmpty()) {
      report(document, "selects every pod of the namespace");
    } else if (selected(labels).isEmpty()) {
      report(document, "selects no pod: " + labels);
    }
  }

  private void portOfSelected(JsonNode document, String port) {
    JsonNode spec = document.path("spec");
    JsonNode labels = spec.path("selector");
    labels = labels.has("matchLabels") ? labels.path("matchLabels") : labels;
    labels = spec.has("podSelector") ? spec.at("/podSelector/matchLabels") : labels;
    for (JsonNode workload : selected(labels)) {
      if (!WorkloadCheck.portNames(workload).contains(port)) {
        report(document, "port " + port + " is none of " + name(workload));
      }
    }
  }

  private List<JsonNode> selected(JsonNode labels) {
    List<JsonNode> selected = new ArrayList<>();
    for (JsonNode document : documents) {
      JsonNode of = document.at("/spec/template/metadata/labels");
      if (WORKLOADS.contains(document.path("kind").asText()) && contains(of, labels)) {
        selected.add(document);
      }
    }
    return selected;
  }

  static boolean contains(JsonNode labels, JsonNode wanted) {
    return wanted.properties().stream()
        .allMatch(one -> one.getValue().equals(labels.path(one.getKey())));
  }

  static String name(JsonNode document) {
    return document.at("/metadata/name").asText();
  }

  private void report(JsonNode document, String problem) {
    problems.add(document.path("kind").asText() + " " + name(document) + " " + problem);
  }

  static List<String> kinds(String yaml) {
    return Repository.documents(yaml).stream().map(one -> one.path("kind").asText()).toList();
  }
}
