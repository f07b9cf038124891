package io.kspan.connect;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** The version of this plugin, from a file whose name is unique on the class path. */
final class Version {
  private static final String RESOURCE = "event-source-connector-version.properties";

  private Version() {}

  static String current() {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream(RESOURCE)) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      // A plugin without version still works; the packaging test rejects it.
    }
    return properties.getProperty("version", "unknown");
  }
}
