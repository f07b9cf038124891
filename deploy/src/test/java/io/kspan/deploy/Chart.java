package io.kspan.deploy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.nio.file.Path;

/** Helm, on the chart of this repository. */
final class Chart {
  static final Path DIRECTORY = Repository.file("deploy/helm/kspan-streams");
  static final String KUBERNETES = "1.34.0";
  private static final String VALUES = "deploy/src/test/resources/values/";

  private Chart() {}

  /**
   * Returns the output of {@code helm template}.
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
        .withKubeVersion(KUBERNETES);
  }
}
