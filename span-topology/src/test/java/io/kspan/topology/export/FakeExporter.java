package io.kspan.topology.export;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/** Answers every request as the test says; without an answer the request stays under way. */
final class FakeExporter implements SpanExporter {
  final List<List<String>> requests = new ArrayList<>();
  final List<CompletableResultCode> open = new ArrayList<>();
  Function<List<String>, CompletableResultCode> answer = names -> CompletableResultCode.ofSuccess();

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    List<String> names = spans.stream().map(SpanData::getSpanId).toList();
    requests.add(names);
    CompletableResultCode result = answer.apply(names);
    if (!result.isDone()) {
      open.add(result);
    }
    return result;
  }

  @Override
  public CompletableResultCode flush() {
    return CompletableResultCode.ofSuccess();
  }

  @Override
  public CompletableResultCode shutdown() {
    return CompletableResultCode.ofSuccess();
  }
}
