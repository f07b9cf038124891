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

  /**
   * @param ratio from 0, none, to 1, all
   * @param keepErrors whether a trace whose root is an error is written in any case
   */
  public TraceSampling(double ratio, boolean keepErrors) {
    this.sampler = Sampler.traceIdRatioBased(ratio);
    this.keepErrors = keepErrors;
  }

  /** Whether {@code trace} is written. */
  public boolean keeps(FinishedTrace trace) {
    return keepErrors && trace.root().error()
        || sampler
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
