package io.kspan.quickstart.cli;

import java.nio.file.Path;

/**
 * Where the program is installed, and what the commands take from that unless an option says
 * otherwise.
 *
 * @param plugins the folder of the packaged connector
 * @param work holds data and log of a run
 * @param kubeconfig is watched if it exists and no option names another
 * @param receiverAddress where the embedded receiver listens
 * @param receiverPort 0 for any free one
 * @param container whether 127.0.0.1 is that of a container
 */
public record Installation(
    Path plugins,
    Path work,
    Path kubeconfig,
    String receiverAddress,
    int receiverPort,
    boolean container) {
  static final String LOOPBACK = "127.0.0.1";
  static final String ALL_INTERFACES = "0.0.0.0";
  private static final int CONTAINER_PORT = 8080;

  /** A checkout in which Maven has built the connector; no kubeconfig is watched unasked. */
  public static Installation checkout(Path home) {
    return new Installation(
        home.resolve("event-source-connector/target/plugin"),
        home.resolve(".quickstart"),
        null,
        LOOPBACK,
        0,
        false);
  }

  /**
   * The image {@code quickstart} of deploy/images/Dockerfile: only {@code /tmp} can be written, and
   * the engine publishes the port.
   *
   * @param root of the container's file system
   */
  public static Installation container(Path home, Path root) {
    return new Installation(
        home.resolve("plugins"),
        root.resolve("tmp/quickstart"),
        root.resolve("kubeconfig"),
        ALL_INTERFACES,
        CONTAINER_PORT,
        true);
  }
}
