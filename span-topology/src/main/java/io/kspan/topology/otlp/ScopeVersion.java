package io.kspan.topology.otlp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version that the build wrote beside this class. */
final class ScopeVersion {
  private ScopeVersion() {}

  static String ofThisBuild() {
    try (InputStream in = ScopeVersion.class.getResourceAsStream("scope.properties")) {
      if (in == null) {
        throw new IllegalStateException("scope.properties is missing: the jar is incomplete");
      }
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
