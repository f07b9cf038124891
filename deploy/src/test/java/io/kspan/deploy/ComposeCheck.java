package io.kspan.deploy;

import static io.kspan.deploy.Repository.textMap;
import static io.kspan.deploy.Repository.texts;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether a Compose file is valid, and whether its services fit to each other and to the images.
 */
final class ComposeCheck {
  private static final String SCHEMA = "deploy/src/test/resources/schemas/compose-spec.json";
  private static final Pattern IMAGE =
      Pattern.compile("[a-z0-9./-]+:v?[0-9]+\\.[0-9]+[A-Za-z0-9._-]*");
  private static final Pattern STAGE = Pattern.compile("(?m)^FROM \\S+ AS (\\S+)$");

  /** Images in which nothing can be run. */
  private static final Set<String> WITHOUT_SHELL = Set.of("otel/opentelemetry-collector-contrib");

  private final JsonNode services;
  private final JsonNode volumes;
  private final List<String> problems = new ArrayList<>();

  private ComposeCheck(JsonNode compose) {
    services = compose.path("services");
    volumes = compose.path("volumes");
    problems.addAll(
        StrictModel.againstSchema(compose, Repository.document(Repository.text(SCHEMA))));
  }

  /** The problems, each with the name of the service; empty if there is none. */
  static List<String> problems(String yaml) {
    ComposeCheck check = new ComposeCheck(Repository.document(yaml));
    check.services.properties().forEach(one -> check.service(one.getKey(), one.getValue()));
    check.volumes();
    return check.problems;
  }

  private void service(String name, JsonNode service) {
    image(name, service);
    dependencies(name, service);
    supervision(name, service);
    restriction(name, service);
    for (String mount : texts(service.path("volumes"))) {
      source(name, mount.split(":", 2)[0]);
    }
    new ComposeServiceCheck(services, name, service, problem -> report(name, problem)).run();
  }

  private void image(String name, JsonNode service) {
    String image = service.path("image").asText();
    if (!IMAGE.matcher(image).matches()) {
      report(name, "image '" + image + "' has no exact version");
    }
    if (image.startsWith("kspan/")) {
      String version = image.substring(image.indexOf(':') + 1);
      if (!Repository.text("pom.xml").contains("<version>" + version + "</version>")) {
        report(name, "image " + image + " is not this version");
      }
      boolean built = false;
      for (JsonNode other : services) {
        built |= other.has("build") && other.path("image").asText().equals(image);
      }
      if (!service.has("build") && !service.path("pull_policy").asText().equals("never")) {
        report(name, "would be pulled before it is built");
      }
      if (!built) {
        report(name, "no service builds " + image);
      }
    }
    if (service.has("build")) {
      build(name, service.path("build"));
    }
  }

  private void build(String name, JsonNode build) {
    Path context = Repository.file(build.path("context").asText());
    Path dockerfile = context.resolve(build.path("dockerfile").asText());
    if (!Files.isRegularFile(dockerfile)) {
      report(name, "there is no " + build.path("dockerfile").asText());
      return;
    }
    Set<String> stages = new TreeSet<>();
    Matcher stage = STAGE.matcher(Repository.text(dockerfile));
    while (stage.find()) {
      stages.add(stage.group(1));
    }
    if (!stages.contains(build.path("target").asText())) {
      report(name, "target '" + build.path("target").asText() + "' is none of " + stages);
    }
  }

  private void dependencies(String name, JsonNode service) {
    for (Map.Entry<String, JsonNode> one : service.path("depends_on").properties()) {
      JsonNode target = services.path(one.getKey());
      String condition = one.getValue().path("condition").asText();
      if (target.isMissingNode()) {
        report(name, "waits for " + one.getKey() + ", which is not there");
      }
      if (condition.equals("service_healthy") && !target.has("healthcheck")) {
        report(name, "waits for the health of " + one.getKey() + ", which has no check");
      }
      if (condition.equals("service_completed_successfully") && target.has("restart")) {
        report(name, "waits for the end of " + one.getKey() + ", which never ends");
      }
      if (target.has("profiles") && !target.path("profiles").equals(service.path("profiles"))) {
        report(name, "waits for " + one.getKey() + " of another profile");
      }
    }
  }

  private void supervision(String name, JsonNode service) {
    String image = service.path("image").asText().split(":", 2)[0];
    if (service.has("restart") && !service.has("healthcheck") && !WITHOUT_SHELL.contains(image)) {
      report(name, "has no health check");
    }
    for (String port : texts(service.path("ports"))) {
      if (!port.startsWith("127.0.0.1:")) {
        report(name, "publishes " + port + " to the whole network");
      }
    }
  }

  private void restriction(String name, JsonNode service) {
    if (!service.path("image").asText().startsWith("kspan/")) {
      return;
    }
    if (!service.path("read_only").asBoolean()) {
      report(name, "writes to its root file system");
    }
    if (!texts(service.path("cap_drop")).contains("ALL")) {
      report(name, "keeps capabilities");
    }
    boolean executable =
        texts(service.path("tmpfs")).stream()
            .anyMatch(one -> one.startsWith("/tmp:") && one.matches(".*[:,]exec\\b.*"));
    if (!executable) {
      // Docker mounts a tmpfs with noexec by default.
      report(name, "cannot load native libraries from /tmp");
    }
  }

  private void source(String name, String source) {
    if (source.startsWith("./")) {
      if (!Files.exists(Repository.file(source))) {
        report(name, "mounts " + source + ", which is not there");
      }
    } else if (!source.startsWith("$") && !volumes.has(source)) {
      report(name, "mounts volume " + source + ", which is not declared");
    }
  }

  private void volumes() {
    Set<String> used = new TreeSet<>();
    for (JsonNode service : services) {
      texts(service.path("volumes")).forEach(mount -> used.add(mount.split(":", 2)[0]));
    }
    for (String volume : textMap(volumes).keySet()) {
      if (!used.contains(volume)) {
        problems.add("volume " + volume + " is used by no service");
      }
    }
  }

  private void report(String name, String problem) {
    problems.add(name + ": " + problem);
  }
}
