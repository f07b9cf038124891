package io.kspan.topology.export;

import io.kspan.topology.otlp.OtlpDecoder;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the spans of a record for the exporter. One thread only.
 *
 * <p>The exporter groups spans by the identity of their resource, so equal resources are made the
 * same object; otherwise every record would repeat its resources in the request.
 */
final class SpanReader {
  private static final int REMEMBERED_RESOURCES = 1_000;

  private final Map<ResourceKey, Resource> resources =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ResourceKey, Resource> eldest) {
          return size() > REMEMBERED_RESOURCES;
        }
      };

  /**
   * The spans in {@code bytes}, in their order.
   *
   * @throws io.kspan.topology.otlp.UnreadableRequestException saying what is wrong
   */
  List<SpanData> read(byte[] bytes) {
    List<SpanData> spans = new ArrayList<>();
    for (ResourceSpans resourceSpans : OtlpDecoder.decode(bytes).getResourceSpansList()) {
      Resource resource = resource(resourceSpans);
      for (ScopeSpans scopeSpans : resourceSpans.getScopeSpansList()) {
        InstrumentationScopeInfo scope = scope(scopeSpans);
        for (Span span : scopeSpans.getSpansList()) {
          spans.add(new ExportedSpan(span, resource, scope));
        }
      }
    }
    return spans;
  }

  private Resource resource(ResourceSpans spans) {
    return resources.computeIfAbsent(
        new ResourceKey(spans.getResource(), spans.getSchemaUrl()),
        key ->
            Resource.create(
                AttributesReader.read(key.resource.getAttributesList()),
                blankAsNull(key.schemaUrl)));
  }

  private static InstrumentationScopeInfo scope(ScopeSpans spans) {
    return InstrumentationScopeInfo.builder(spans.getScope().getName())
        .setVersion(spans.getScope().getVersion())
        .setAttributes(AttributesReader.read(spans.getScope().getAttributesList()))
        .build();
  }

  private static String blankAsNull(String text) {
    return text.isEmpty() ? null : text;
  }

  private record ResourceKey(
      io.opentelemetry.proto.resource.v1.Resource resource, String schemaUrl) {}
}
