package io.kspan.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kspan.connect.KubernetesEventSourceConnector;
import io.kspan.deploy.cluster.Command.Ended;
import io.kspan.quickstart.broker.EmbeddedBroker;
import io.kspan.testsupport.connect.WorkerProcess;
import io.kspan.topology.names.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The connector on a Connect worker of its own, with the rights of its manifest, at the API server
 * of {@code -Dkubeconfig}. After everything that happens to that server and to the credentials, it
 * has written every occurrence that an informer of the administrator has seen.
 *
 * <p>Two connectors: one with a token file, one with a kubeconfig that names a credential plugin.
 */
@NeedsCluster
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConnectorOnClusterIT {
  private static final Path PLUGINS = Path.of("..", "event-source-connector", "target", "plugin");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration COMMAND = Duration.ofMinutes(2);
  private static final int STORM = 10_000;
  private static final Duration STORM_TIME = Duration.ofMinutes(2);

  private static final List<AutoCloseable> started = new ArrayList<>();
  private static Cluster cluster;
  private static String accounts;
  private static Workloads workloads;
  private static Access access;
  private static Account account;
  private static Account.Token token;
  private static Rights rights;
  private static Widgets widgets;
  private static WatchedEvents watched;
  private static WorkerProcess worker;
  private static Connector connector;
  private static Connector withPlugin;
  private static Set<Occurrence> hidden = new TreeSet<>();
  @TempDir private static Path folder;

  @BeforeAll
  static void start() throws Exception {
    cluster = new Cluster();
    accounts = cluster.namespace("accounts");
    workloads = new Workloads(cluster, cluster.namespace("work"));
    widgets = new Widgets(cluster, cluster.name() + "-work");
    access = new Access(folder);
    account = new Account(cluster, accounts, "kafka-connect");
    token = account.revocableToken();
    access.writeToken(token);
    Map<String, String> config = config();
    Path file = folder.resolve("connector.json");
    JSON.writeValue(file.toFile(), Map.of("name", cluster.name(), "config", config));
    rights = new Rights(cluster, file, account, folder);
    watched = closed(new WatchedEvents(cluster));

    EmbeddedBroker broker = closed(EmbeddedBroker.start(folder.resolve("broker")));
    broker.createTopics(Topics.withPrefix("k8s."), 2);
    broker.createTopics(Topics.withPrefix("plugin."), 2);
    worker =
        closed(
            new WorkerProcess(
                    WorkerProcess.classPathWithoutConnector(),
                    "cluster-it",
                    folder.resolve("worker"),
                    broker.bootstrapServers(),
                    PLUGINS,
                    "-Xmx384m")
                .awaitStarted());
    assertThat(Connector.errors(worker, config)).isEmpty();
    connector = connector(broker, "k8s.", config);
    withPlugin = connector(broker, "plugin.", pluginConfig());
  }

  private static Connector connector(
      EmbeddedBroker broker, String prefix, Map<String, String> config) {
    return new Connector(
        worker,
        config.get("name"),
        config,
        closed(new ConnectorOutput(broker.bootstrapServers(), prefix, cluster.name())));
  }

  private static <T extends AutoCloseable> T closed(T resource) {
    started.add(0, resource);
    return resource;
  }

  private static Map<String, String> config() {
    Map<String, String> config = timing(cluster.name());
    config.put("topic.prefix", "k8s.");
    config.put("kubernetes.url", access.url());
    config.put("kubernetes.token.file", access.tokenFile().toString());
    config.put("kubernetes.ca.file", access.caFile().toString());
    Object standard =
        new KubernetesEventSourceConnector().config().defaultValues().get("resources");
    config.put("resources", String.join(",", texts(standard)) + "," + widgets.resource());
    return config;
  }

  private static List<String> texts(Object list) {
    return ((List<?>) list).stream().map(Object::toString).toList();
  }

  private static Map<String, String> pluginConfig() throws IOException {
    Map<String, String> config = timing(cluster.name() + "-plugin");
    config.put("topic.prefix", "plugin.");
    config.put("resources", "v1/events");
    config.put("kubernetes.kubeconfig", access.kubeconfig(access.plugin()).toString());
    return config;
  }

  /** Faults are noticed within half a minute. */
  private static Map<String, String> timing(String name) {
    return new HashMap<>(
        Map.of(
            "name", name,
            "connector.class", KubernetesEventSourceConnector.class.getName(),
            "tasks.max", "2",
            "cluster.name", "it",
            "backoff.initial.ms", "200",
            "backoff.max.ms", "3000",
            "kubernetes.request.timeout.ms", "10000",
            "watch.timeout.ms", "20000",
            "watch.stall.timeout.ms", "15000"));
  }

  @AfterAll
  static void stop() throws Exception {
    try {
      for (AutoCloseable resource : started) {
        resource.close();
      }
    } finally {
      cluster.close();
    }
  }

  @Test
  @Order(1)
  void shouldReadWhatHappensToWorkloads() {
    workloads.deploy("web", 2);
    workloads.change("web");
    workloads.awaitRolledOut("web");
    workloads.deployMissingImage("typo");
    workloads.runJob("good", "true");
    workloads.runJob("bad", "false");
    workloads.delete("typo");

    awaitAll();
    assertThat(connector.output().objects())
        .contains("ADDED Deployment/web", "DELETED Deployment/typo", "ADDED Job/good");
    assertThat(worker.log()).doesNotContain("HTTP 403");
  }

  @Test
  @Order(2)
  void shouldWaitForAnotherTokenWhenItsOwnIsRevoked() throws Exception {
    int before = refusals();
    account.revoke(token);
    goOnWithAnotherToken(before);
  }

  @Test
  @Order(3)
  void shouldNameTheRightThatIsTakenAwayAndWaitForIt() {
    rights.takeAway();
    workloads.scale("web", 4);
    await("the missing right is in the log")
        .atMost(Cluster.PATIENCE)
        .until(
            () ->
                worker
                    .log()
                    .contains(
                        "grant {apiGroups: [\"\"], resources: [\"events\"], verbs: [\"list\", \"watch\"]}"
                            + " in a ClusterRole bound by a ClusterRoleBinding"));
    workloads.awaitRolledOut("web");

    rights.giveBack();

    awaitAll();
  }

  @Test
  @Order(4)
  void shouldFollowACustomResourceThatComesChangesAndGoes() {
    widgets.install();
    widgets.create("v1", "first");
    awaitObject("ADDED Widget/first");

    // Served and stored in another version, the one that is watched is converted.
    widgets.serveAlso("v2");
    widgets.create("v2", "second");
    awaitObject("ADDED Widget/second");

    widgets.uninstall();
    workloads.change("web");
    workloads.awaitRolledOut("web");
    awaitAll();

    widgets.install();
    widgets.create("v1", "third");
    awaitObject("ADDED Widget/third");
  }

  @Test
  @Order(5)
  void shouldReadWhatHappensInANamespaceThatIsDeleted() {
    String doomed = cluster.namespace("doomed");
    Workloads there = new Workloads(cluster, doomed);
    there.deploy("gone", 2);

    cluster.client().namespaces().withName(doomed).delete();
    await(doomed + " is gone")
        .atMost(Cluster.PATIENCE)
        .until(() -> cluster.client().namespaces().withName(doomed).get() == null);

    awaitAll();
    awaitObject("DELETED Deployment/gone");
  }

  @Test
  @Order(6)
  void shouldKeepUpWithTenThousandEvents() throws Exception {
    int before = watched.seen().size();
    Instant begun = Instant.now();
    workloads.storm(STORM);
    Duration written = Duration.between(begun, Instant.now());
    await("the informer has seen the Events")
        .atMost(Cluster.PATIENCE)
        .until(() -> watched.seen().size() >= before + STORM);

    awaitAll();

    Duration read = Duration.between(begun, Instant.now());
    System.out.printf("%d Events written in %s, read within %s%n", STORM, written, read);
    assertThat(read.minus(written)).isLessThan(STORM_TIME);
  }

  @Test
  @Order(7)
  void shouldWatchOnWhenTheServerWasKilled() {
    List<String> kill = hook("kill");
    List<String> start = hook("start");
    workloads.change("web");

    Command.run(COMMAND, kill);
    assertThat(cluster.isServing()).isFalse();
    Command.run(COMMAND, start);
    cluster.awaitServing();

    workloads.awaitRolledOut("web");
    workloads.change("web");
    workloads.awaitRolledOut("web");
    awaitAll();
  }

  /** What was replaced while it was stopped is hidden by the list; the last count is not. */
  @Test
  @Order(8)
  void shouldListAgainWhenHistoryIsCompacted() {
    List.of("compact", "kill", "start").forEach(ConnectorOnClusterIT::hook);
    awaitAll();
    connector.stop();
    withPlugin.stop();
    Set<Occurrence> before = watched.seen();
    workloads.change("web");
    workloads.awaitRolledOut("web");
    workloads.scale("web", 2);
    workloads.awaitRolledOut("web");

    // Without a restart the caches of the server would still have what the storage has not.
    assertThat(cluster.forgetHistory()).isTrue();
    Set<Occurrence> meanwhile = watched.seen();
    meanwhile.removeAll(before);
    Map<String, Long> last = WatchedEvents.counts(meanwhile);
    meanwhile.removeIf(one -> one.count() == last.get(one.eventUid()));
    hidden.addAll(meanwhile);
    connector.resume();
    withPlugin.resume();

    awaitAll();
    await("a list of Pods and one of Events")
        .atMost(Cluster.PATIENCE)
        .until(
            () ->
                worker.log().matches("(?s).*Position '\\d+' of v1/pods is too old.*")
                    && worker.log().matches("(?s).*v1/events[^\\n]*listing again.*"));
  }

  @Test
  @Order(9)
  void shouldGoOnWhenTheCertificateOfTheServerIsRenewed() throws Exception {
    List<String> renew = hook("renew-certificate");

    // By the same authority: nothing to do.
    Command.run(COMMAND, withArgument(renew, "certificate"));
    workloads.change("web");
    workloads.awaitRolledOut("web");
    awaitAll();

    // By another one: the documented restart with the new file.
    Command.run(COMMAND, withArgument(renew, "authority"));
    await("another authority is refused")
        .atMost(Cluster.PATIENCE)
        .until(() -> worker.log().contains("PKIX path"));
    access.readAuthority();
    connector.restart();
    withPlugin.restart();
    cluster.reconnect();
    watched.reconnect();
    workloads.change("web");
    workloads.awaitRolledOut("web");
    awaitAll();
  }

  @Test
  @Order(10)
  void shouldTakeAClientCertificate() throws Exception {
    String user = cluster.name() + "-user";
    var certificate = ClientCertificate.of(user, cluster, folder);
    assumeThat(certificate).as("this cluster signs no client certificates").isPresent();
    rights.grantTo(user);
    Map<String, String> byFiles = timing(user);
    byFiles.put("resources", "v1/events");
    byFiles.put("kubernetes.url", access.url());
    byFiles.put("kubernetes.ca.file", access.caFile().toString());
    byFiles.put("kubernetes.client.certificate.file", certificate.get().certificate().toString());
    byFiles.put("kubernetes.client.key.file", certificate.get().key().toString());
    Map<String, String> byKubeconfig = timing(user);
    byKubeconfig.put("resources", "v1/events");
    byKubeconfig.put(
        "kubernetes.kubeconfig",
        access.kubeconfig(Access.certificate(certificate.get())).toString());

    assertThat(Connector.errors(worker, byFiles)).isEmpty();
    assertThat(Connector.errors(worker, byKubeconfig)).isEmpty();
  }

  /** One line each: from the validation of the connector, and from the quickstart. */
  @Test
  @Order(11)
  void shouldSayInOneLineWhyItCannotReadTheCluster() throws Exception {
    Account stranger = new Account(cluster, accounts, "stranger");
    Account.Token revoked = account.revocableToken();
    account.revoke(revoked);
    Path noAuthority = access.kubeconfig(access.plugin(), "insecure-skip-tls-verify: false");
    Map<Path, String> remedies =
        Map.of(
            access.kubeconfig(access.failingPlugin()),
            "run the credential plugin of the kubeconfig",
            access.kubeconfig(access.missingPlugin()),
            "run the credential plugin of the kubeconfig",
            access.kubeconfig(Access.token(revoked.text())),
            "renew the token",
            access.kubeconfig(Access.token(stranger.token().text())),
            "grant {apiGroups: [\"\"], resources: [\"events\"]",
            noAuthority,
            "name the authority that signed");

    for (Map.Entry<Path, String> remedy : remedies.entrySet()) {
      Map<String, String> config = timing("refused");
      config.put("kubernetes.kubeconfig", remedy.getKey().toString());
      await(remedy.getValue())
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(Connector.errors(worker, config))
                      .singleElement()
                      .asString()
                      .contains(remedy.getValue())
                      .doesNotContain("\n"));
      Ended quickstart = quickstart(remedy.getKey());
      assertThat(quickstart.code()).as(quickstart.output()).isEqualTo(2);
      assertThat(quickstart.output().lines())
          .filteredOn(line -> !line.matches("(building|built) .*"))
          .singleElement()
          .asString()
          .contains(remedy.getValue());
    }
  }

  /** The token lives for ten minutes, so this takes the rest of them. */
  @Test
  @Order(12)
  void shouldWaitForAnotherTokenWhenItsOwnHasExpired() throws Exception {
    int before = refusals();
    Duration left = Duration.between(Instant.now(), token.expires());
    await("the token has expired")
        .atMost(left.isNegative() ? Duration.ofSeconds(1) : left.plusMinutes(1))
        .pollInterval(1, TimeUnit.SECONDS)
        .until(() -> Instant.now().isAfter(token.expires()));
    goOnWithAnotherToken(before);
  }

  /** While the token is refused something changes; then there is another one. */
  private void goOnWithAnotherToken(int refusalsBefore) throws Exception {
    workloads.change("web");
    awaitRefused(refusalsBefore);
    workloads.awaitRolledOut("web");

    token = account.token();
    access.writeToken(token);

    awaitAll();
  }

  private static Ended quickstart(Path kubeconfig) {
    return Command.end(
        COMMAND,
        List.of(
            Cluster.fromRoot("quickstart.sh").toString(), "--kubeconfig", kubeconfig.toString()));
  }

  private static int refusals() {
    return worker.log().split("renew the token", -1).length;
  }

  private static void awaitRefused(int before) {
    await("the refused token is in the log")
        .atMost(Cluster.PATIENCE)
        .until(() -> refusals() > before);
  }

  private static void awaitObject(String object) {
    await(object)
        .atMost(Cluster.PATIENCE)
        .until(() -> connector.output().objects().contains(object));
  }

  private static void awaitAll() {
    connector.awaitAll(watched, hidden);
    withPlugin.awaitAll(watched, hidden);
  }

  private static List<String> hook(String action) {
    var command = Cluster.hook(action);
    assumeThat(command)
        .as(
            "this test needs power over the API server: name a command with -Dcluster.apiserver.%s=COMMAND",
            action)
        .isPresent();
    return command.get();
  }

  private static List<String> withArgument(List<String> command, String argument) {
    List<String> all = new ArrayList<>(command);
    all.set(all.size() - 1, all.get(all.size() - 1) + " " + argument);
    return all;
  }
}
