package io.kspan.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kspan.testsupport.generate.Input;
import io.kspan.testsupport.generate.InputMessage;
import io.kspan.topology.assemble.Assembler;
import io.kspan.topology.assemble.CauseRules;
import io.kspan.topology.assemble.Session;
import io.kspan.topology.assemble.Sessions;
import io.kspan.topology.assemble.TraceSettings;
import io.kspan.topology.envelope.EnvelopeReader;
import io.kspan.topology.envelope.InputRecord;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.model.RootLog;
import io.kspan.topology.model.WrittenGenerations;
import io.kspan.topology.otlp.OtlpEncoder;
import io.kspan.topology.status.ObjectStatus;
import io.kspan.topology.status.StatusRules;
import io.kspan.topology.wire.GatherItem;
import io.kspan.topology.wire.GatherItemSerde;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The single steps that every record goes through. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class StepBenchmark {
  // So that the larger of its two traces has about a hundred spans.
  private static final int PODS = 22;

  private final EnvelopeReader reader =
      new EnvelopeReader("default", "topLevelSpan", List.of("traceparent"));
  private final GatherItemSerde serde = new GatherItemSerde();
  private final CauseRules rules = CauseRules.shipped();
  private final OtlpEncoder encoder = new OtlpEncoder();
  private byte[] eventEnvelope;
  private byte[] podEnvelope;
  private byte[] deploymentEnvelope;
  private GatherItem occurrence;
  private GatherItem snapshot;
  private EventOccurrence cause;
  private FinishedTrace trace;
  private JsonNode deployment;
  private JsonNode rollout;
  private JsonNode pipelineRun;
  private JsonNode widget;

  @Setup
  public void generate() throws IOException {
    String counts = "{replicas: 3, updatedReplicas: 3, availableReplicas: 3, phase: 'Healthy'}";
    String conditions =
        "{conditions: [{type: 'Ready', status: 'True'}, {type: 'Succeeded', status: 'True'}]}";
    deployment = object("Deployment", counts);
    rollout = object("Rollout", counts);
    pipelineRun = object("PipelineRun", conditions);
    widget = object("Widget", conditions);
    for (Iterator<InputMessage> all = Inputs.rollout(PODS); all.hasNext(); ) {
      InputMessage message = all.next();
      InputRecord record = reader.read(message.envelope());
      if (record instanceof InputRecord.Occurrence) {
        eventEnvelope = message.envelope();
      } else if (record instanceof InputRecord.Snapshot object) {
        keep(object.object(), message.envelope());
      }
    }
    RootLog log = Inputs.rolloutLogs(1, PODS).get(0);
    PlacedOccurrence created =
        log.occurrences().stream()
            .filter(o -> o.event().reason().equals("SuccessfulCreate"))
            .findFirst()
            .orElseThrow();
    occurrence = new GatherItem.Occurrence(created);
    cause = created.event();
    trace = largestTrace(log);
  }

  private static JsonNode object(String kind, String status) throws IOException {
    byte[] envelope =
        Input.object(kind, "o", "uid").spec("{replicas: 3}").status(status).envelope();
    return new ObjectMapper().readTree(envelope).get("object");
  }

  private void keep(ObjectSnapshot object, byte[] envelope) {
    if (object.reference().kind().equals("Pod")) {
      podEnvelope = envelope;
      snapshot = new GatherItem.Snapshot(object);
    } else if (object.reference().kind().equals("Deployment")) {
      deploymentEnvelope = envelope;
    }
  }

  private FinishedTrace largestTrace(RootLog log) {
    TraceSettings settings = TraceSettings.defaults();
    Session closed =
        new Sessions(settings, false)
            .next(log, Long.MIN_VALUE, Long.MAX_VALUE)
            .closed()
            .orElseThrow();
    return new Assembler(settings)
        .assemble(log, closed, WrittenGenerations.NONE).traces().stream()
            .max((a, b) -> Integer.compare(a.spans().size(), b.spans().size()))
            .orElseThrow();
  }

  @Benchmark
  public InputRecord readEvent() {
    return reader.read(eventEnvelope);
  }

  @Benchmark
  public InputRecord readPod() {
    return reader.read(podEnvelope);
  }

  @Benchmark
  public InputRecord readDeployment() {
    return reader.read(deploymentEnvelope);
  }

  @Benchmark
  public GatherItem storeOccurrence() {
    return roundTrip(occurrence);
  }

  @Benchmark
  public GatherItem storeSnapshot() {
    return roundTrip(snapshot);
  }

  private GatherItem roundTrip(GatherItem item) {
    return serde.deserializer().deserialize("", serde.serializer().serialize("", item));
  }

  @Benchmark
  public EventOccurrence causeOf() {
    return rules.withCause(cause, abandoned -> {});
  }

  /** Of a trace of about a hundred spans. */
  @Benchmark
  public List<byte[]> encodeTrace() {
    return encoder.encode(trace);
  }

  /** A status rule that is compiled. */
  @Benchmark
  public StatusRules.Judgement judgeBuiltInKind() {
    return judge(deployment);
  }

  /** Two expressions in CEL, over fields. */
  @Benchmark
  public StatusRules.Judgement judgeByFields() {
    return judge(rollout);
  }

  /** Two expressions in CEL, over conditions. */
  @Benchmark
  public StatusRules.Judgement judgeByConditions() {
    return judge(pipelineRun);
  }

  /** A kind without a rule. */
  @Benchmark
  public StatusRules.Judgement judgeOtherKind() {
    return judge(widget);
  }

  private static StatusRules.Judgement judge(JsonNode object) {
    return StatusRules.shipped()
        .judge(
            new ObjectStatus(object),
            (expression, problem) -> {
              throw new IllegalStateException(expression.text() + ": " + problem);
            });
  }
}
