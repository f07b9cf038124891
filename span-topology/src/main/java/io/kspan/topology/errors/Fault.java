package io.kspan.topology.errors;

import io.kspan.topology.envelope.UnreadableRecordException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.KafkaException;

/**
 * Tells whether a record causes an exception, so that it can become a dead letter, or a broker, a
 * disk or a state that cannot be read. A dead letter for one of these would lose the record, and
 * then the next. Stateless.
 */
public final class Fault {
  // A cause that names itself would otherwise never end.
  private static final int MAX_CAUSES = 20;

  private Fault() {}

  /**
   * Whether the record causes the exception. Kafka Streams reports stores, producers and serdes
   * that fail as {@link KafkaException}s; what the application's own rules throw is none.
   */
  static boolean isOfTheRecord(Exception thrown) {
    for (Throwable cause : causes(thrown)) {
      if (cause instanceof UnreadableRecordException) {
        return true;
      }
      if (cause instanceof KafkaException) {
        return false;
      }
    }
    return true;
  }

  /** {@code thrown} and what caused it, outermost first. */
  public static List<Throwable> causes(Throwable thrown) {
    List<Throwable> causes = new ArrayList<>();
    Throwable cause = thrown;
    while (cause != null && causes.size() < MAX_CAUSES) {
      causes.add(cause);
      cause = cause.getCause();
    }
    return causes;
  }

  /** One line: the messages from the outermost to the innermost cause, each once. */
  public static String describe(Throwable thrown) {
    Set<String> messages = new LinkedHashSet<>();
    for (Throwable cause : causes(thrown)) {
      String message = cause.getMessage() == null ? cause.getClass().getName() : cause.getMessage();
      String line = message.strip().replaceAll("\\s*\\R\\s*", " ");
      // An exception without a message of its own repeats its cause's toString.
      if (messages.stream().noneMatch(m -> m.contains(line))) {
        messages.add(line);
      }
    }
    return String.join(": ", messages);
  }
}
