package io.kspan.topology.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.ValidString.in;

import io.kspan.topology.envelope.InputFilter;
import io.kspan.topology.envelope.NameFilter;
import io.kspan.topology.otlp.TraceSampling;
import java.util.List;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;

/** The settings that leave something out: lists of names for input, sampling for traces. */
final class FilterSettings {
  static final String SAMPLING_RATIO_CONFIG = "trace.sampling.ratio";
  private static final String SAMPLING_RATIO_DOC =
      "Share of traces that is written, chosen by trace id; as the sampler traceidratio of OpenTelemetry.";
  static final String SAMPLING_ERRORS_CONFIG = "trace.sampling.keep.errors";
  private static final String SAMPLING_ERRORS_DOC =
      "Whether traces whose root is an error are written in any case.";

  static final String SAMPLING_PARENT_CONFIG = "sampling.parent";
  private static final String SAMPLING_PARENT_DOC =
      "What decides about a change in the trace of another program (trace.parent.mode=parent): 'respect' writes it if the"
          + " traceparent is sampled, and only then; 'ignore' goes by trace.sampling.ratio.";
  private static final String RESPECT = "respect";

  private static final String CLUSTERS = "clusters";
  private static final String NAMESPACES = "namespaces";
  private static final String KINDS = "kinds";
  private static final String REASONS = "reasons";
  private static final String TYPES = "types";
  private static final String INCLUDE = "filter.%s.include";
  private static final String EXCLUDE = "filter.%s.exclude";

  private FilterSettings() {}

  static ConfigDef define(ConfigDef definition) {
    define(definition, CLUSTERS, "Clusters", "");
    define(
        definition,
        NAMESPACES,
        "Namespaces (of the object that an event is about)",
        " What lies in no namespace is always wanted.");
    define(definition, KINDS, "Kinds (of the object that an event is about)", "");
    define(definition, REASONS, "Reasons", "");
    define(definition, TYPES, "Types (Normal, Warning)", "");
    return definition
        .define(SAMPLING_RATIO_CONFIG, Type.DOUBLE, 1, between(0, 1), MEDIUM, SAMPLING_RATIO_DOC)
        .define(SAMPLING_ERRORS_CONFIG, Type.BOOLEAN, true, LOW, SAMPLING_ERRORS_DOC)
        .define(
            SAMPLING_PARENT_CONFIG,
            Type.STRING,
            RESPECT,
            in(RESPECT, "ignore"),
            LOW,
            SAMPLING_PARENT_DOC);
  }

  private static void define(ConfigDef definition, String what, String doc, String restriction) {
    definition
        .define(
            INCLUDE.formatted(what),
            Type.LIST,
            List.of(),
            MEDIUM,
            doc
                + " whose events become spans; an asterisk stands for any characters, empty: all."
                + restriction)
        .define(
            EXCLUDE.formatted(what),
            Type.LIST,
            List.of(),
            LOW,
            doc + " whose events do not, included or not; empty: none.");
  }

  static TraceSampling sampling(AbstractConfig config) {
    return new TraceSampling(
        config.getDouble(SAMPLING_RATIO_CONFIG),
        config.getBoolean(SAMPLING_ERRORS_CONFIG),
        config.getString(SAMPLING_PARENT_CONFIG).equals(RESPECT));
  }

  static InputFilter read(AbstractConfig config) {
    return new InputFilter(
        names(config, CLUSTERS),
        names(config, NAMESPACES),
        names(config, KINDS),
        names(config, REASONS),
        names(config, TYPES));
  }

  private static NameFilter names(AbstractConfig config, String what) {
    return new NameFilter(
        config.getList(INCLUDE.formatted(what)), config.getList(EXCLUDE.formatted(what)));
  }
}
