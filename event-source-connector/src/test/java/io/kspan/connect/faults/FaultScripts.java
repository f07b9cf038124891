package io.kspan.connect.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.apiserver.Request;
import io.kspan.apiserver.ResourceCollection.Expiry;
import io.kspan.apiserver.Response;
import io.kspan.testsupport.apiserver.Faults;
import io.kspan.testsupport.apiserver.StubApiServer.Distortion;
import io.kspan.testsupport.apiserver.StubCollection;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** The scripts that cause the faults. */
final class FaultScripts {
  private static final String PODS = RecordedCluster.PATHS.get("Pod");
  private static final int REFUSALS = 4;

  /** Half of 50, 100 and 200 ms: the jitter takes no more away. */
  private static final Duration LEAST_DELAYS = Duration.ofMillis(175);

  private FaultScripts() {}

  /** The server ends every watch when its time is over. */
  static void ended(FaultScene scene) {
    scene.cluster().happenThird();
    scene.awaitWatches(3);
  }

  /** The next watch of every kind arrives distorted. */
  static void distorted(FaultScene scene, Distortion distortion) {
    scene.distortWatches(distortion);
    scene.endWatches();
    scene.cluster().happenThird();
    scene.awaitMetByAll();
  }

  /** Ten seconds of silence within a line are no reason to ask for anything again. */
  static void stalled(FaultScene scene) {
    distorted(scene, Faults.stallAfter(300, 10_000));
    scene.awaitDelivered();
    for (String path : RecordedCluster.PATHS.values()) {
      assertThat(scene.server().requests(FaultScene.watchOf(path))).hasSize(2);
    }
  }

  /** The next watch of every kind is answered that way. */
  static void once(FaultScene scene, Response fault) {
    scene.oncePerWatch(fault);
    scene.endWatches();
    scene.cluster().happenThird();
    scene.awaitMetByAll();
  }

  /** Twice in a row the server is too busy, and says for how long. */
  static void tooManyRequests(FaultScene scene) {
    scene.oncePerWatch(Faults.tooManyRequests(1));
    scene.oncePerWatch(Faults.tooManyRequests(1));
    scene.endWatches();
    scene.cluster().happenThird();
    for (String path : RecordedCluster.PATHS.values()) {
      scene.awaitMet(path, 2);
      assertThat(scene.waited(path, 2)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }
  }

  /** For some time the server has no other answer. */
  static void refused(FaultScene scene, Predicate<Request> when, Response fault) {
    scene.always(when, fault);
    scene.endWatches();
    scene.cluster().happenThird();
    for (String path : RecordedCluster.PATHS.values()) {
      scene.awaitMet(path, REFUSALS);
      assertThat(scene.waited(path, REFUSALS)).isGreaterThanOrEqualTo(LEAST_DELAYS);
    }
    scene.server().heal();
  }

  static void restarted(FaultScene scene) {
    scene.server().goDown();
    scene.cluster().happenThird();
    scene.server().comeBack();
  }

  /** The token expires; the next one is in the file only after a while. */
  static void tokenRotated(FaultScene scene) {
    scene.require("second");
    scene.endWatches();
    scene.cluster().happenThird();
    scene.awaitMetByAll();
    scene.token("second");
  }

  /** The other kinds must not suffer, and the kind must be back once it is allowed again. */
  static void podsForbidden(FaultScene scene) {
    scene.always(request -> request.path().equals(PODS), Response.status(403, "pods is forbidden"));
    scene.endWatches();
    scene.cluster().happenThird();
    scene.awaitMet(PODS, REFUSALS);
    Set<String> others = new TreeSet<>(scene.cluster().retained());
    others.removeAll(scene.cluster().collection("Pod").retained());
    scene.awaitDelivered(others);
    scene.server().heal();
  }

  /** A bookmark is all that keeps a position from being stale. */
  static void bookmarked(FaultScene scene) {
    for (StubCollection collection : scene.cluster().collections()) {
      // Events have none.
      if (collection != scene.cluster().collection("Event")) {
        String bookmark = collection.bookmark();
        collection.endWatches();
        collection.compactBefore(bookmark);
      }
    }
    scene.cluster().happenThird();
  }

  /**
   * No watch succeeds until the history after the last position is compacted away.
   *
   * @param expiry an empty close is what Events of older servers give; the other kinds then send an
   *     ERROR event
   */
  static void gone(FaultScene scene, Expiry expiry) {
    scene
        .cluster()
        .collections()
        .forEach(
            collection ->
                collection.expireWith(expiry == Expiry.EMPTY_CLOSE ? Expiry.ERROR_EVENT : expiry));
    scene.cluster().collection("Event").expireWith(expiry);
    scene.always(Request::isWatch, Response.status(503, "etcd has no leader"));
    scene.endWatches();
    scene.cluster().happenThird();
    scene.awaitMetByAll();
    long compactedAt =
        scene.cluster().collections().stream()
            .mapToLong(StubCollection::compact)
            .min()
            .orElseThrow();
    scene.server().heal();
    // What is replaced before the list would be hidden by it.
    scene.awaitWatchesFrom(compactedAt);
  }

  /** The list that is due then expires, too, before its second page. */
  static void goneBetweenPages(FaultScene scene) {
    for (Map.Entry<String, String> kind : RecordedCluster.PATHS.entrySet()) {
      scene
          .server()
          .beforeAnswering(
              request ->
                  request.path().equals(kind.getValue()) && request.query().containsKey("continue"),
              scene.cluster().collection(kind.getKey())::compact);
    }
    gone(scene, Expiry.ERROR_EVENT);
  }

  /** The list that is due then arrives distorted. */
  static void listDistorted(FaultScene scene, Distortion distortion) {
    scene.distortLists(distortion);
    gone(scene, Expiry.ERROR_EVENT);
  }
}
