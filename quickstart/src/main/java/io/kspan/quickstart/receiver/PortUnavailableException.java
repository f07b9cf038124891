package io.kspan.quickstart.receiver;

import java.io.IOException;

/** The receiver cannot listen on its port; the message names the port and the remedy. */
public final class PortUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PortUnavailableException(int port, IOException cause) {
    super(
        "Port "
            + port
            + " on 127.0.0.1 cannot be used ("
            + cause.getMessage()
            + "): stop the program that listens there, or choose another port (0 takes any free one)",
        cause);
  }
}
