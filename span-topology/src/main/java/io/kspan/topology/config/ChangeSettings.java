package io.kspan.topology.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Type.BOOLEAN;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;

import org.apache.kafka.common.config.ConfigDef;

/** The keys of the changes topic. Stateless. */
final class ChangeSettings {
  static final String CHANGES_CONFIG = "changes.enabled";
  static final String CHANGES_DOC =
      "Whether to write to the changes topic when a change begins and when its trace is finished.";

  static final String COMMIT_TIME_ANNOTATION_CONFIG = "changes.commit.time.annotation";
  static final String COMMIT_TIME_ANNOTATION_DOC =
      "Annotation of roots in which your delivery leaves the time of the commit that is deployed, such as"
          + " 2026-11-20T20:17:41Z: changes then say it, which gives the lead time. It becomes a span attribute, as if"
          + " span.annotations named it. Empty for none.";

  static final String REPLAY_CHANGES_CONFIG = "replay.changes";
  static final String REPLAY_CHANGES_DOC =
      "Whether the command replay writes the finished changes of its range to the changes topic once more; those that"
          + " act on that topic see them again.";

  private ChangeSettings() {}

  static void define(ConfigDef keys) {
    keys.define(CHANGES_CONFIG, BOOLEAN, true, MEDIUM, CHANGES_DOC);
    keys.define(COMMIT_TIME_ANNOTATION_CONFIG, STRING, "", LOW, COMMIT_TIME_ANNOTATION_DOC);
    keys.define(REPLAY_CHANGES_CONFIG, BOOLEAN, false, LOW, REPLAY_CHANGES_DOC);
  }
}
