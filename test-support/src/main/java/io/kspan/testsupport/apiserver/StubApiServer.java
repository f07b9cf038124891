package io.kspan.testsupport.apiserver;

import com.sun.net.httpserver.HttpExchange;
import io.kspan.apiserver.ApiServer;
import io.kspan.apiserver.Request;
import io.kspan.apiserver.ResourceType;
import io.kspan.apiserver.Response;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** An API server that keeps what was asked, and whose answers a test can replace. Thread-safe. */
public final class StubApiServer implements AutoCloseable {
  /** UID of the namespace kube-system, unless another one is served. */
  public static final String CLUSTER_UID = "cluster-uid";

  private static final long FIRST_VERSION = 100;

  private final ApiServer server = new ApiServer(FIRST_VERSION, Duration.ZERO, this::received);
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final List<Fault> faults = new ArrayList<>();
  private final List<StubCollection> cached = new CopyOnWriteArrayList<>();

  public StubApiServer() {
    server.becomeCluster(CLUSTER_UID);
  }

  /** Changes the ordinary answer on its way. */
  @FunctionalInterface
  public interface Distortion {
    OutputStream of(OutputStream body);
  }

  private record Fault(Predicate<Request> when, ApiServer.Interceptor answer, boolean once) {}

  public String url() {
    return server.address().toString();
  }

  /** Serves a collection from now on; objects are added to it. */
  public StubCollection serve(String path, String apiVersion, String kind) {
    StubCollection collection = new StubCollection(server.serve(path, apiVersion, kind));
    if (!kind.equals("Event")) {
      cached.add(collection);
    }
    return collection;
  }

  /** Names a resource in the discovery of its group and version. */
  public void discoverable(
      String groupVersionPath, String plural, String kind, boolean namespaced) {
    String[] steps = groupVersionPath.split("/");
    String group = steps.length == 3 ? "" : steps[2];
    server.discoverable(new ResourceType(group, steps[steps.length - 1], plural, kind, namespaced));
  }

  /** Another cluster answers under this URL from now on. */
  public void becomeCluster(String uid) {
    server.becomeCluster(uid);
  }

  /** Ends the process: connections break, new ones are refused. Keeps the collections. */
  public void goDown() {
    server.goDown();
  }

  /**
   * Serves the same collections again, under the same address. Positions from before are too old:
   * the watch caches of a real server begin anew, too. Only Events have none.
   */
  public void comeBack() {
    cached.forEach(StubCollection::compact);
    server.comeBack();
  }

  /** The requests, in order of arrival. */
  public List<Request> requests(Predicate<Request> filter) {
    return requests.stream().filter(filter).toList();
  }

  /** Answers the next matching request this way; faults are used up in the order given. */
  public void once(Predicate<Request> when, Response response) {
    add(when, true, answering(response));
  }

  /** Answers every matching request this way, until {@link #heal}. */
  public void always(Predicate<Request> when, Response response) {
    add(when, false, answering(response));
  }

  private static ApiServer.Interceptor answering(Response response) {
    return (request, exchange) -> {
      response.answer(exchange);
      return true;
    };
  }

  /** Distorts the ordinary answer to the next matching request. */
  public void distortOnce(Predicate<Request> when, Distortion distortion) {
    add(
        when,
        true,
        (request, exchange) -> {
          exchange.setStreams(null, distortion.of(exchange.getResponseBody()));
          return false;
        });
  }

  /** Runs something before the next matching request is answered. */
  public void beforeAnswering(Predicate<Request> when, Runnable happening) {
    ApiServer.Interceptor answer =
        (request, exchange) -> {
          happening.run();
          return intercept(request, exchange);
        };
    synchronized (faults) {
      faults.add(0, new Fault(when, answer, true));
    }
  }

  private void add(Predicate<Request> when, boolean once, ApiServer.Interceptor answer) {
    synchronized (faults) {
      faults.add(new Fault(when, answer, once));
    }
  }

  /** Ends what {@link #always} began; what is to happen once is still to come. */
  public void heal() {
    synchronized (faults) {
      faults.removeIf(fault -> !fault.once());
    }
  }

  private boolean received(Request request, HttpExchange exchange) throws IOException {
    requests.add(request);
    return intercept(request, exchange);
  }

  private boolean intercept(Request request, HttpExchange exchange) throws IOException {
    Fault next = null;
    synchronized (faults) {
      for (Fault fault : faults) {
        if (next == null && fault.when().test(request)) {
          next = fault;
        }
      }
      if (next != null && next.once()) {
        faults.remove(next);
      }
    }
    return next != null && next.answer().answer(request, exchange);
  }

  @Override
  public void close() {
    server.close();
  }
}
