package io.kspan.connect.faults;

import io.kspan.apiserver.Request;
import io.kspan.apiserver.ResourceCollection.Expiry;
import io.kspan.apiserver.Response;
import io.kspan.testsupport.apiserver.Faults;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The faults of an API server. Each begins before the middle third of a recording happens, and ends
 * before the last third does. {@code docs/connector-faults.md} describes every one.
 */
enum ApiServerFault {
  WATCH_ENDED(FaultScripts::ended, 0, Map.of("watch.timeout.ms", "2000")),
  CUT_CHUNK(scene -> FaultScripts.distorted(scene, Faults.cutAfter(300))),
  GARBAGE_LINE(scene -> FaultScripts.distorted(scene, Faults.garbledLine())),
  SLOW_DRIP(scene -> FaultScripts.distorted(scene, Faults.slowDrip())),
  STALL(FaultScripts::stalled),
  ENDLESS_DRIP(
      scene -> FaultScripts.once(scene, Faults.endlessDrip(50)),
      0,
      Map.of("watch.timeout.ms", "2000", "watch.stall.timeout.ms", "1000")),
  SILENT_WATCH(
      scene -> FaultScripts.once(scene, Faults.emptySilence()),
      0,
      Map.of("watch.stall.timeout.ms", "2000")),
  SILENT_WITHIN_LINE(
      scene -> FaultScripts.distorted(scene, Faults.silenceAfter(300)),
      0,
      Map.of("watch.stall.timeout.ms", "2000")),
  NO_ANSWER(
      scene -> FaultScripts.once(scene, Faults.noAnswer()),
      0,
      Map.of("kubernetes.request.timeout.ms", "2000")),
  TOO_MANY_REQUESTS(FaultScripts::tooManyRequests),
  SERVER_ERROR(
      scene ->
          FaultScripts.refused(
              scene, Request::isWatch, Response.status(503, "etcd has no leader"))),
  RESTART(FaultScripts::restarted, 1),
  TOKEN_ROTATED(FaultScripts::tokenRotated),
  FORBIDDEN_KIND(FaultScripts::podsForbidden),
  BOOKMARKED(FaultScripts::bookmarked),
  GONE_EVENT(scene -> FaultScripts.gone(scene, Expiry.ERROR_EVENT), 1),
  GONE_STATUS(scene -> FaultScripts.gone(scene, Expiry.STATUS), 1),
  STALE_EMPTY_CLOSE(scene -> FaultScripts.gone(scene, Expiry.EMPTY_CLOSE), 1),
  GONE_BETWEEN_PAGES(FaultScripts::goneBetweenPages, 2),
  CUT_LIST(scene -> FaultScripts.listDistorted(scene, Faults.cutAfter(300)), 2),
  SILENT_LIST(
      scene -> FaultScripts.listDistorted(scene, Faults.silenceAfter(300)),
      2,
      Map.of("watch.stall.timeout.ms", "2000"));

  private final Consumer<FaultScene> script;
  private final int relists;
  private final Map<String, String> config;

  ApiServerFault(Consumer<FaultScene> script) {
    this(script, 0);
  }

  ApiServerFault(Consumer<FaultScene> script, int relists) {
    this(script, relists, Map.of());
  }

  ApiServerFault(Consumer<FaultScene> script, int relists, Map<String, String> config) {
    this.script = script;
    this.relists = relists;
    this.config = config;
  }

  /** The fault, and what the recorded cluster does meanwhile. */
  void happenTo(FaultScene scene) {
    script.accept(scene);
  }

  /** The most lists of a kind that the fault causes: a list hides the versions before it. */
  int relists() {
    return relists;
  }

  /** The settings with which the connector notices the fault soon. */
  Map<String, String> config() {
    return config;
  }
}
