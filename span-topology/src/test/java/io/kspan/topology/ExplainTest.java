package io.kspan.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.GoldenFile;
import io.kspan.testsupport.corpus.Corpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code span-topology explain CAPTURE}; from topics it is in {@code ReplayHistoryIT}. */
class ExplainTest {
  private final CommandRun command = new CommandRun();

  private int explain(String capture, String... options) {
    List<String> args =
        new ArrayList<>(List.of("explain", Corpus.file(capture + ".ndjson.gz").toString()));
    args.addAll(List.of(options));
    return command.execute(args.toArray(String[]::new));
  }

  /** A pause, a canary that is aborted, a pod that is adopted, and clocks that are wrong. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "02-paused-edits",
        "08-argo-canary-abort",
        "14-bare-pod-adopted",
        "12-skewed-node-clocks"
      })
  void shouldSayWhichRuleDecidedWhatFromWhichRecords(String name) throws IOException {
    assertThat(explain("cases/" + name)).as(command.err()).isZero();
    Path golden = Path.of("src/test/resources/explain/" + name + ".txt");
    assertThat(command.out()).isEqualTo(GoldenFile.expected(golden, command.out()));
  }

  @Test
  void shouldExplainOneRootOrOneTrace() {
    assertThat(explain("recordings/cluster-a", "--root", "Deployment/a-badimage/web")).isZero();
    assertThat(command.out().lines().filter(line -> line.startsWith("session of ")))
        .isNotEmpty()
        .allMatch(line -> line.startsWith("session of Deployment a-badimage/web, "));
    String trace =
        command.out().lines().filter(l -> l.startsWith("  trace ")).findFirst().orElseThrow();

    assertThat(explain("recordings/cluster-a", "--trace", trace.substring(8, 40))).isZero();
    assertThat(command.out()).contains(trace).containsOnlyOnce("session of ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--root=web | --root 'web' is not KIND/NAMESPACE/NAME, such as Deployment/shop/web, or Node//n1 without namespace",
        "--root=Deployment/web/none | no trace of --root Deployment/web/none; there are traces of Deployment/web/nginx-deployment",
        "--root=ReplicaSet/web/nginx-deployment-559d658b74 | no trace of --root ReplicaSet/web/nginx-deployment-559d658b74; it is not a root but in the tree of Deployment/web/nginx-deployment: name that",
        "--trace=1 | no trace with --trace 1; there are traces of Deployment/web/nginx-deployment",
        "--from=2026-11-20T20:00:00Z | --from and --to are for topics; leave them out with a capture",
        "--set=trace.setle=1 | Unknown setting trace.setle (did you mean trace.settle.ms?)"
      })
  void shouldRefuseWhatNamesNothing(String option, String message) {
    assertThat(explain("cases/02-paused-edits", option)).isEqualTo(2);
    assertThat(command.err()).startsWith("error: " + message).hasLineCount(1);
    assertThat(command.out()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "explain | name a capture, or give --from with --root or --trace to read the topics of bootstrap.servers",
        "explain --root=Node//n1 --set=bootstrap.servers=unused:1 | --from is missing: a time such as 2026-11-20T20:00:00Z",
        "explain no-such-file | capture no-such-file does not exist; check the path"
      })
  void shouldRefuseWhatCannotBeRead(String line, String message) {
    assertThat(command.execute(line.split(" "))).isEqualTo(2);
    assertThat(command.err()).startsWith("error: " + message).hasLineCount(1);
  }

  @Test
  void shouldExplainTheRestOfADamagedCapture(@TempDir Path folder) throws IOException {
    List<String> lines =
        new ArrayList<>(Corpus.lines(Corpus.file("cases/02-paused-edits.ndjson.gz")));
    lines.add(3, "{\"type\":\"ADDED\",");
    lines.add(
        5,
        "{\"type\":\"ADDED\",\"object\":{\"kind\":\"Event\",\"metadata\":{\"name\":\"\u202ex\"}}}");
    Path damaged = Files.write(folder.resolve("damaged.ndjson"), lines);

    assertThat(command.execute("explain", damaged.toString())).isZero();
    assertThat(command.err()).startsWith("skipped: " + damaged + ":4: not JSON");
    assertThat(command.out()).contains("session of Deployment web/nginx-deployment");
  }
}
