package io.kspan.connect.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kspan.apiserver.Request;
import io.kspan.apiserver.Response;
import io.kspan.connect.KubernetesEventSourceConnector;
import io.kspan.testsupport.apiserver.StubApiServer;
import io.kspan.testsupport.apiserver.StubApiServer.Distortion;
import io.kspan.testsupport.apiserver.StubCollection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** A cluster of its own, and a connector that watches it, for one fault. One thread only. */
final class FaultScene implements AutoCloseable {
  private static final int PAGE_SIZE = 5;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final StubApiServer server = new StubApiServer();
  private final RecordedCluster cluster = RecordedCluster.bundled(server);
  private final Map<String, List<Long>> met = new ConcurrentHashMap<>();
  private final String name;
  private final Path tokenFile;
  private final TopicLog topics;

  /**
   * @param tokenFile to be written
   */
  FaultScene(String name, Path tokenFile, TopicLog topics) {
    this.name = name;
    this.tokenFile = tokenFile;
    this.topics = topics;
    token("first");
  }

  /** Short delays; the fault may ask for more. */
  Map<String, String> config(Map<String, String> more) {
    Map<String, String> config = new HashMap<>();
    config.put("name", name);
    config.put("connector.class", KubernetesEventSourceConnector.class.getName());
    config.put("tasks.max", "2");
    config.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
    config.put("value.converter", "org.apache.kafka.connect.storage.StringConverter");
    config.put("cluster.name", "c");
    config.put("kubernetes.url", server.url());
    config.put("kubernetes.token.file", tokenFile.toString());
    config.put("resources", RecordedCluster.RESOURCES);
    config.put("topic.prefix", name + ".");
    config.put("list.page.size", Integer.toString(PAGE_SIZE));
    config.put("backoff.initial.ms", "50");
    config.put("backoff.max.ms", "1000");
    // What keeps requests few must be the delays.
    config.put("client.qps", "1000");
    config.putAll(more);
    return config;
  }

  String name() {
    return name;
  }

  StubApiServer server() {
    return server;
  }

  RecordedCluster cluster() {
    return cluster;
  }

  /** Requests with this token are the only ones that are authenticated from now on. */
  void require(String token) {
    always(
        request -> !("Bearer " + token).equals(request.authorization()),
        Response.status(401, "Unauthorized"));
  }

  /** The configuration of the connector. */
  void token(String token) {
    try {
      Files.writeString(tokenFile, token);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Answers the next watch of every kind this way. */
  void oncePerWatch(Response fault) {
    RecordedCluster.PATHS
        .values()
        .forEach(path -> server.once(watchOf(path), counted(path, fault)));
  }

  /** Distorts the next watch of every kind. */
  void distortWatches(Distortion distortion) {
    RecordedCluster.PATHS.values().forEach(path -> distort(path, watchOf(path), distortion));
  }

  /** Distorts the next list of every kind. */
  void distortLists(Distortion distortion) {
    RecordedCluster.PATHS.values().forEach(path -> distort(path, listOf(path), distortion));
  }

  /** Not the lists of a single object, which follow a silent watch. */
  private static Predicate<Request> listOf(String path) {
    return request ->
        request.isList()
            && request.path().equals(path)
            && request.query().get("limit").equals(Integer.toString(PAGE_SIZE));
  }

  private void distort(String path, Predicate<Request> when, Distortion distortion) {
    server.distortOnce(
        when,
        body -> {
          count(path);
          return distortion.of(body);
        });
  }

  /** Answers every such request this way until the server is healed. */
  void always(Predicate<Request> when, Response fault) {
    server.always(
        when,
        exchange -> {
          count(exchange.getRequestURI().getPath());
          fault.answer(exchange);
        });
  }

  private Response counted(String path, Response fault) {
    return exchange -> {
      count(path);
      fault.answer(exchange);
    };
  }

  private void count(String path) {
    met.computeIfAbsent(path, p -> new CopyOnWriteArrayList<>()).add(System.nanoTime());
  }

  static Predicate<Request> watchOf(String path) {
    return request -> request.isWatch() && request.path().equals(path);
  }

  /** Ends the watches as a server does when it wants to. */
  void endWatches() {
    cluster.collections().forEach(StubCollection::endWatches);
  }

  void awaitMetByAll() {
    RecordedCluster.PATHS.values().forEach(path -> awaitMet(path, 1));
  }

  void awaitMet(String path, int times) {
    await("fault on " + path)
        .atMost(PATIENCE)
        .until(() -> met.containsKey(path) && met.get(path).size() >= times);
  }

  /** From the first to that request for this path that met the fault. */
  Duration waited(String path, int times) {
    return Duration.ofNanos(met.get(path).get(times - 1) - met.get(path).get(0));
  }

  /** Until every kind is watched from that resourceVersion or a later one. */
  void awaitWatchesFrom(long version) {
    await("watches from " + version)
        .atMost(PATIENCE)
        .until(
            () ->
                RecordedCluster.PATHS.values().stream()
                    .allMatch(
                        path ->
                            server.requests(watchOf(path)).stream()
                                .map(watch -> watch.query().get("resourceVersion"))
                                .anyMatch(from -> Long.parseLong(from) >= version)));
  }

  /** Until every kind has been watched so often. */
  void awaitWatches(int times) {
    await("watches")
        .atMost(PATIENCE)
        .until(
            () ->
                RecordedCluster.PATHS.values().stream()
                    .allMatch(path -> server.requests(watchOf(path)).size() >= times));
  }

  /** Until everything that the server still has is in the topics. */
  void awaitDelivered() {
    awaitDelivered(cluster.retained());
  }

  void awaitDelivered(Set<String> due) {
    await()
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .untilAsserted(
            () -> {
              Set<String> missing = new TreeSet<>(due);
              missing.removeAll(topics.arrived());
              assertThat(missing).as(() -> "missing after " + asked()).isEmpty();
            });
  }

  private String asked() {
    return server.requests(request -> true).stream()
        .map(request -> request.path() + request.query())
        .collect(Collectors.joining("\n"));
  }

  Set<String> arrived() {
    return topics.arrived();
  }

  /** Lists that began at their beginning, for each kind in the order of the paths. */
  List<Integer> lists() {
    return RecordedCluster.PATHS.values().stream()
        .map(path -> listOf(path).and(request -> !request.query().containsKey("continue")))
        .map(first -> server.requests(first).size())
        .toList();
  }

  @Override
  public void close() {
    server.close();
    topics.close();
  }
}
