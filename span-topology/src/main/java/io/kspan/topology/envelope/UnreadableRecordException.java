package io.kspan.topology.envelope;

import org.apache.kafka.common.errors.SerializationException;

/**
 * A record that is no envelope and no Kubernetes object; the message names what is wrong with it.
 */
public final class UnreadableRecordException extends SerializationException {
  private static final long serialVersionUID = 1L;

  UnreadableRecordException(String message) {
    super(message);
  }

  UnreadableRecordException(String message, Throwable cause) {
    super(message, cause);
  }
}
