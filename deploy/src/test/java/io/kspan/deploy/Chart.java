package io.kspan.deploy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Helm, on the chart of this repository. */
final class Chart {
  static final Path DIRECTORY = Repository.file("deploy/helm/kspan-streams");
  static final String KUBERNETES = "1.34.0";
  private static final String VALUES = "deploy/src/test/resources/values/";

  private Chart() {}

  /**
   * Returns the output of {@code helm template}; Helm as a library leaves hooks out of it.
   *
   * @param values name of a file below {@code src/test/resources/values}
   */
  static String render(String values) {
    return command().withValuesFile(Repository.file(VALUES + values + ".yaml")).call();
  }

  /** The same with the hooks, from a copy of the chart in which they are ordinary resources. */
  static String renderWithHooks(String values, Path folder) {
    try (Stream<Path> files = Files.walk(DIRECTORY)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = folder.resolve(DIRECTORY.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.writeString(
            copy, Files.readString(file).replaceAll("(?m)^ +helm\\.sh/hook: .*\n", ""));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return command(folder).withValuesFile(Repository.file(VALUES + values + ".yaml")).call();
  }

  static TemplateCommand command() {
    return command(DIRECTORY);
  }

  private static TemplateCommand command(Path chart) {
    return new Helm(chart)
        .template()
        .withName("kspan")
        .withNamespace("kspan")
        .withKubeVersion(KUBERNETES);
  }
}
