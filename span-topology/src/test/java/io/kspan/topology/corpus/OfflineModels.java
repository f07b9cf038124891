package io.kspan.topology.corpus;

import io.kspan.topology.assemble.TraceSettings;
import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.explain.OfflineModel;
import io.kspan.topology.otlp.OtlpEncoder;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Makes the model without Kafka that the topology is compared with. Stateless. */
public final class OfflineModels {
  private OfflineModels() {}

  /** A model with the defaults of everything but {@code settings}. */
  public static OfflineModel with(TraceSettings settings) {
    return new OfflineModel(
        new TopologyConfig(Map.of("bootstrap.servers", "unused:9092", "cluster.name", "default")),
        settings);
  }

  /** A model with these keys of the configuration, and the defaults of all others. */
  public static OfflineModel configured(Map<String, String> keys) {
    Map<String, String> all =
        new HashMap<>(Map.of("bootstrap.servers", "unused:9092", "cluster.name", "default"));
    all.putAll(keys);
    TopologyConfig config = new TopologyConfig(all);
    return new OfflineModel(config, config.traceSettings());
  }

  /** The requests of all traces of {@code envelopes} in hex, sorted. */
  public static List<String> requests(List<byte[]> envelopes) {
    OfflineModel model = with(TraceSettings.defaults());
    envelopes.forEach(model::add);
    OtlpEncoder encoder = new OtlpEncoder();
    return model.traces().stream()
        .flatMap(trace -> encoder.encode(trace).stream())
        .map(HexFormat.of()::formatHex)
        .sorted()
        .toList();
  }
}
