package io.kspan.quickstart;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No two packages of a module depend on each other, directly or through others. */
class PackageCyclesTest {
  @ParameterizedTest
  @ValueSource(strings = {"event-source-connector", "span-topology", "quickstart"})
  void shouldHaveNoPackageCycle(String module) {
    JavaClasses classes =
        new ClassFileImporter().importPath(Path.of("..", module, "target/classes"));

    assertThat(classes).as("compiled classes of %s", module).isNotEmpty();
    slices().matching("(io.kspan..)").should().beFreeOfCycles().check(classes);
  }
}
