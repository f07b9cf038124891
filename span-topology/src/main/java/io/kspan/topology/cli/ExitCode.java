package io.kspan.topology.cli;

import io.kspan.topology.errors.Fault;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;

/** What the process says when it ends. */
public final class ExitCode {
  /** Stopped because it was told to, within the time for that. */
  public static final int STOPPED = 0;

  /** A broker, a disk or the program failed, or it did not stop in time: to be started again. */
  public static final int FAILED = 1;

  /** The settings, a topic or a right is wrong: starting again does not help. */
  public static final int BAD_SETTINGS = 2;

  /** A replay was interrupted: 128 and SIGINT, as a shell says it. */
  public static final int INTERRUPTED = 130;

  private ExitCode() {}

  /** Of whatever ended the program. */
  public static int of(Throwable thrown) {
    boolean settings =
        Fault.causes(thrown).stream()
            .anyMatch(
                cause ->
                    cause instanceof ConfigException
                        || cause instanceof AuthorizationException
                        || cause instanceof AuthenticationException);
    return settings ? BAD_SETTINGS : FAILED;
  }
}
