package io.kspan.topology.cli;

import io.kspan.topology.errors.BadInputException;
import io.kspan.topology.errors.Fault;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;

/** The exit codes of the process. */
public final class ExitCode {
  /** Stopped on request, within the time for that. */
  public static final int STOPPED = 0;

  /** A broker, a disk or the program failed, or it did not stop in time: to be started again. */
  public static final int FAILED = 1;

  /** The settings, a topic or a right is wrong: starting again does not help. */
  public static final int BAD_SETTINGS = 2;

  /** Interrupted: 128 and the number of SIGINT, as in a shell. */
  public static final int INTERRUPTED = 130;

  private ExitCode() {}

  /** The code for an exception that ended the program. */
  public static int of(Throwable thrown) {
    boolean settings =
        Fault.causes(thrown).stream()
            .anyMatch(
                cause ->
                    cause instanceof ConfigException
                        || cause instanceof BadInputException
                        || cause instanceof AuthorizationException
                        || cause instanceof AuthenticationException);
    return settings ? BAD_SETTINGS : FAILED;
  }
}
