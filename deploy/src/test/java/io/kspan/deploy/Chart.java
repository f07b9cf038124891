package io.kspan.deploy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.nio.file.Path;

/** Helm, on the chart of this repository. */
final class Chart {
  static final Path DIRECTORY = Repository.file("deploy/helm/kspan-streams");
  private static final String VALUES = "deploy/src/test/resources/values/";

  private Chart() {}

  /**
   * What {@code helm template} prints.
   *
   * @param values name of a file below {@code src/test/resources/values}
   */
  static String render(String values) {
    return command().withValuesFile(Repository.file(VALUES + values + ".yaml")).call();
  }

  static TemplateCommand command() {
    return new Helm(DIRECTORY)
        .template()
        .withName("kspan")
        .withNamespace("kspan")
        .withKubeVersion("1.34.0");
  }
}
