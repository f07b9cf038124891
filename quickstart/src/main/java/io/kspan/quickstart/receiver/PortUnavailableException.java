package io.kspan.quickstart.receiver;

import java.io.IOException;

/** The receiver cannot listen on its port; the message names the port and the remedy. */
public final class PortUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PortUnavailableException(int port, IOException cause) {
    super(
        "Port %d on 127.0.0.1 cannot be used (%s): stop the program that listens there, or choose another port (0 takes any free one)"
            .formatted(port, cause.getMessage()),
        cause);
  }
}
