package io.kspan.connect;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** The version of this plugin, from a file whose name is unique on the class path. */
final class Version {
  private static final String RESOURCE = "event-source-connector-version.properties";
  private static final String UNKNOWN = "unknown";

  private Version() {}

  static String current() {
    try (InputStream in = Version.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        return UNKNOWN;
      }
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version", UNKNOWN);
    } catch (IOException e) {
      // A plugin without version still works; the packaging test rejects it.
      return UNKNOWN;
    }
  }
}
