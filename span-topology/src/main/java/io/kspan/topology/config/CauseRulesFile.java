package io.kspan.topology.config;

import io.kspan.topology.assemble.CauseRuleReader;
import io.kspan.topology.assemble.CauseRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.apache.kafka.common.config.ConfigException;

/** The cause rules of a user. Stateless. */
final class CauseRulesFile {
  private CauseRulesFile() {}

  /**
   * The rules in {@code file}, before those that ship; only those if it is empty.
   *
   * @throws ConfigException naming the file, the lines and what is wrong with them
   */
  static CauseRules read(String key, String file) {
    if (file.isEmpty()) {
      return CauseRules.shipped();
    }
    try {
      return CauseRules.withUserRules(
          CauseRuleReader.read(Files.readAllLines(Path.of(file)), file));
    } catch (IOException | InvalidPathException e) {
      throw new ConfigException(key, file, "cannot be read (" + e + "); check the path");
    } catch (IllegalArgumentException e) {
      throw new ConfigException(e.getMessage());
    }
  }
}
