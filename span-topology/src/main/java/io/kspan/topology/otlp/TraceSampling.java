package io.kspan.topology.otlp;

import io.kspan.topology.model.FinishedTrace;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingDecision;
import java.util.List;

/**
 * Chooses the traces that are written, by trace id like the OpenTelemetry SDK's {@code
 * traceidratio}, so that a replay chooses the same ones. Immutable and thread-safe.
 */
public final class TraceSampling {
  private final Sampler sampler;
  private final boolean keepErrors;
  private final boolean likeParent;

  /**
   * @param ratio from 0, none, to 1, all
   * @param keepErrors whether a trace whose root is an error is written in any case
   * @param likeParent whether what continues the trace of another program is written if that is
   *     sampled, and only then
   */
  public TraceSampling(double ratio, boolean keepErrors, boolean likeParent) {
    this.sampler = Sampler.traceIdRatioBased(ratio);
    this.keepErrors = keepErrors;
    this.likeParent = likeParent;
  }

  /** Whether {@code trace} is written. */
  public boolean keeps(FinishedTrace trace) {
    if (keepErrors && trace.root().error()) {
      return true;
    }
    if (likeParent && trace.parent() != null) {
      return trace.parent().sampled();
    }
    return sampler
            .shouldSample(
                Context.root(),
                trace.traceId(),
                trace.root().name(),
                SpanKind.INTERNAL,
                Attributes.empty(),
                List.of())
            .getDecision()
        == SamplingDecision.RECORD_AND_SAMPLE;
  }
}
