package io.kspan.topology.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A root below a boundary kind, such as the Job of a CronJob, has an owner all the same. */
class BoundaryRootTest {
  private static final Duration UNTIL_IT_SETTLES = Duration.ofSeconds(30);
  // trace.settle.ms, idle.grace.ms, and what looking once a second takes.
  private static final Duration QUIET = Duration.ofSeconds(10 + 5 + 3);

  @Test
  void shouldBeLookedAtWhenItSettlesWithoutAnEvent() {
    Input job =
        Input.object("Job", "backup-1", "uid-j")
            .ownedBy(Input.object("CronJob", "backup", "uid-c"));
    Input complete =
        job.again().status("{conditions:[{type:'Complete',status:'True'}]}").received(31);
    try (TopologyHarness harness = new TopologyHarness(Input.START, Map.of()).idle()) {
      harness.object(job.envelope());
      harness.event(Input.event("e", job, "SuccessfulCreate").at(1).envelope());
      harness.pass(UNTIL_IT_SETTLES);
      assertThat(harness.spans()).isEmpty();

      harness.object(complete.envelope()).pass(QUIET);

      assertThat(harness.spans()).hasSize(1);
    }
  }
}
