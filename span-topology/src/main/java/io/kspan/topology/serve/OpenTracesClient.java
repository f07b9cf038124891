package io.kspan.topology.serve;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.kspan.topology.waterfall.OtlpReader;
import io.kspan.topology.waterfall.ReceivedTrace;
import io.kspan.topology.waterfall.page.OpenTraces;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Asks the instances of the application what is open. One that answers names the others.
 * Thread-safe; readers that ask at the same time share an answer, and without readers nothing is
 * asked.
 */
public final class OpenTracesClient {
  /** Where an instance answers. */
  public static final String PATH = "/open";

  /** A {@code kspan.query.OpenTraces} message. */
  public static final String CONTENT_TYPE = "application/x-protobuf";

  /** For all instances together, the ones that are heard of on the way included. */
  static final Duration PATIENCE = Duration.ofMillis(800);

  private static final Duration SHARED = Duration.ofSeconds(2);
  private static final Duration OUTDATED = Duration.ofSeconds(10);
  private static final int OK = 200;
  private static final int MOST_WORDS = 200;

  private final Set<String> configured;
  private final Duration patience;
  private final LongSupplier nanoTime;
  private final HttpClient http;
  // Used by the one that asks.
  private volatile Set<String> known = Set.of();
  // Guarded by this.
  private OpenTraces shared;
  private long sharedAt;
  private CompletableFuture<OpenTraces> asking;

  /**
   * A client.
   *
   * @param instances to begin with, host:port; nothing is open if there are none
   * @param patience how long all of them together may take
   * @param nanoTime a monotonic clock
   */
  OpenTracesClient(Collection<String> instances, Duration patience, LongSupplier nanoTime) {
    this.configured = new TreeSet<>(instances);
    this.patience = patience;
    this.nanoTime = nanoTime;
    this.http = HttpClient.newBuilder().connectTimeout(patience).build();
  }

  /**
   * The same of instances in this process, by name; a runtime exception of one says why it does not
   * answer.
   */
  public static OpenTraces of(Map<String, Supplier<byte[]>> instances) {
    Map<String, Answer> answers = new TreeMap<>();
    instances.forEach(
        (name, instance) -> {
          try {
            answers.put(name, read(instance.get()));
          } catch (RuntimeException e) {
            answers.put(name, Answer.failed(e.getMessage()));
          }
        });
    return together(answers);
  }

  /**
   * What is open, and what could not be learned. Waits for the instances, for less than a second,
   * only if nothing was asked for a while; else they are asked again meanwhile.
   */
  OpenTraces now() {
    CompletableFuture<OpenTraces> current;
    synchronized (this) {
      if (configured.isEmpty()) {
        return OpenTraces.EMPTY;
      }
      long age = shared == null ? Long.MAX_VALUE : nanoTime.getAsLong() - sharedAt;
      if (asking == null && age > SHARED.toNanos()) {
        // Never on this thread: the answer is shared under the lock.
        asking = CompletableFuture.supplyAsync(this::ask).handleAsync(this::share);
      }
      if (age < OUTDATED.toNanos()) {
        return shared;
      }
      current = asking;
    }
    return current.join();
  }

  private synchronized OpenTraces share(OpenTraces answer, Throwable failure) {
    asking = null;
    OpenTraces said =
        failure == null
            ? answer
            : new OpenTraces(List.of(), List.of("what is open is not shown: " + failure));
    // The same object says that nothing has changed.
    shared = said.equals(shared) ? shared : said;
    sharedAt = nanoTime.getAsLong();
    return shared;
  }

  private OpenTraces ask() {
    long deadline = nanoTime.getAsLong() + patience.toNanos();
    Set<String> first = new TreeSet<>(known);
    configured.forEach(instance -> first.addAll(addresses(instance)));
    Map<String, Answer> answers = new TreeMap<>(ask(first, deadline));
    Set<String> others = named(answers);
    others.removeAll(first);
    answers.putAll(ask(others, deadline));
    Set<String> named = named(answers);
    if (!named.isEmpty()) {
      known = named;
    }
    return together(answers);
  }

  /** One for each instance behind a name, such as that of a headless Service. */
  private static List<String> addresses(String instance) {
    int colon = instance.lastIndexOf(':');
    try {
      return Stream.of(InetAddress.getAllByName(instance.substring(0, colon)))
          .map(InetAddress::getHostAddress)
          .map(address -> address.contains(":") ? "[" + address + "]" : address)
          .map(address -> address + instance.substring(colon))
          .toList();
    } catch (UnknownHostException e) {
      // The request will say so.
      return List.of(instance);
    }
  }

  private static Set<String> named(Map<String, Answer> answers) {
    return answers.values().stream()
        .flatMap(answer -> answer.message().getInstancesList().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * What an instance answered.
   *
   * @param failure why it did not; else empty
   */
  private record Answer(io.kspan.topology.wire.proto.OpenTraces message, String failure) {
    static Answer failed(String why) {
      return new Answer(io.kspan.topology.wire.proto.OpenTraces.getDefaultInstance(), why);
    }
  }

  private Map<String, Answer> ask(Set<String> instances, long deadline) {
    Map<String, CompletableFuture<Answer>> asked = new LinkedHashMap<>();
    Duration left = Duration.ofNanos(Math.max(1, deadline - nanoTime.getAsLong()));
    instances.forEach(instance -> asked.put(instance, ask(instance, left)));
    Map<String, Answer> answers = new LinkedHashMap<>();
    asked.forEach((instance, answer) -> answers.put(instance, answer.join()));
    return answers;
  }

  private CompletableFuture<Answer> ask(String instance, Duration left) {
    HttpRequest request;
    try {
      request =
          HttpRequest.newBuilder(URI.create("http://" + instance + PATH)).timeout(left).build();
    } catch (IllegalArgumentException e) {
      return CompletableFuture.completedFuture(
          Answer.failed("its kafka.application.server is no host:port"));
    }
    return http.sendAsync(request, BodyHandlers.ofByteArray())
        .thenApply(OpenTracesClient::read)
        .exceptionally(thrown -> Answer.failed(why(thrown)));
  }

  private static Answer read(HttpResponse<byte[]> response) {
    if (response.statusCode() != OK) {
      String words = new String(response.body(), StandardCharsets.UTF_8).strip();
      return Answer.failed(
          "HTTP %d: %s"
              .formatted(
                  response.statusCode(), words.substring(0, Math.min(MOST_WORDS, words.length()))));
    }
    return read(response.body());
  }

  private static Answer read(byte[] message) {
    try {
      return new Answer(io.kspan.topology.wire.proto.OpenTraces.parseFrom(message), "");
    } catch (InvalidProtocolBufferException e) {
      return Answer.failed("what answers there is no instance of span-topology run");
    }
  }

  private static String why(Throwable thrown) {
    Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
    return cause instanceof IOException && cause.getMessage() != null
        ? cause.getMessage()
        : cause.getClass().getSimpleName();
  }

  private static OpenTraces together(Map<String, Answer> answers) {
    Map<String, ReceivedTrace> traces = new LinkedHashMap<>();
    Set<Integer> covered = new TreeSet<>();
    List<String> missing = new ArrayList<>();
    List<String> silent = new ArrayList<>();
    int partitions = 0;
    for (Map.Entry<String, Answer> one : answers.entrySet()) {
      Answer answer = one.getValue();
      if (!answer.failure().isEmpty()) {
        silent.add("%s does not answer (%s)".formatted(one.getKey(), answer.failure()));
        continue;
      }
      partitions = Math.max(partitions, answer.message().getPartitions());
      covered.addAll(answer.message().getOwnPartitionsList());
      if (answer.message().getLeftOut() > 0) {
        missing.add(
            "%s has %d more open roots".formatted(one.getKey(), answer.message().getLeftOut()));
      }
      try {
        traces(answer.message().getRequestsList())
            .forEach(trace -> traces.putIfAbsent(trace.traceId(), trace));
      } catch (InvalidProtocolBufferException e) {
        missing.add("%s answers what is no OTLP: %s".formatted(one.getKey(), e.getMessage()));
      }
    }
    String because = silent.isEmpty() ? "" : ": " + String.join(", ", silent);
    if (partitions == 0) {
      missing.add("what is open is not shown" + because);
    } else if (covered.size() < partitions) {
      String lost =
          IntStream.range(0, partitions)
              .filter(partition -> !covered.contains(partition))
              .mapToObj(Integer::toString)
              .collect(Collectors.joining(", "));
      missing.add(
          "what is open in partition %s of %d is not shown%s"
              .formatted(
                  lost, partitions, silent.isEmpty() ? ": it has no instance now" : because));
    }
    return new OpenTraces(List.copyOf(traces.values()), missing);
  }

  private static List<ReceivedTrace> traces(List<ByteString> requests)
      throws InvalidProtocolBufferException {
    List<ExportTraceServiceRequest> parsed = new ArrayList<>();
    for (ByteString request : requests) {
      parsed.add(ExportTraceServiceRequest.parseFrom(request));
    }
    return OtlpReader.traces(parsed);
  }
}
