package io.kspan.deploy.cluster;

import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;

/**
 * Address and certificate authority of the API server, and kubeconfigs with several credentials.
 */
final class Access {
  private final Path folder;
  private final Path caFile;
  private final Path tokenFile;
  private int files;

  /** Reads them from the kubeconfig of {@code -Dkubeconfig}. */
  Access(Path folder) throws IOException {
    this.folder = folder;
    caFile = folder.resolve("ca.crt");
    tokenFile = folder.resolve("token");
    readAuthority();
  }

  String url() {
    return config().getMasterUrl().replaceFirst("/$", "");
  }

  /** Copies the authority of the kubeconfig, as it is now. */
  void readAuthority() throws IOException {
    Config config = config();
    if (config.getCaCertData() != null) {
      Files.write(caFile, Base64.getDecoder().decode(config.getCaCertData()));
    } else if (config.getCaCertFile() != null) {
      Files.write(caFile, Files.readAllBytes(Path.of(config.getCaCertFile())));
    } else {
      throw new AssertionError(
          Cluster.kubeconfig()
              + " names no certificate authority, so nothing could be verified: add certificate-authority");
    }
  }

  private static Config config() {
    return Config.fromKubeconfig(Cluster.kubeconfig().toFile());
  }

  Path caFile() {
    return caFile;
  }

  Path tokenFile() {
    return tokenFile;
  }

  /** Replaces the token at once, as the kubelet does. */
  void writeToken(Account.Token token) throws IOException {
    Path next = Files.writeString(folder.resolve("token.next"), token.text());
    Files.move(
        next, tokenFile, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  /** A plugin that gives the token of {@link #tokenFile}. */
  String plugin() throws IOException {
    return exec(
        script(
            """
            #!/bin/sh
            printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%%s"}}' "$(cat %s)"
            """
                .formatted(tokenFile)));
  }

  String failingPlugin() throws IOException {
    return exec(script("#!/bin/sh\necho 'log in first' >&2\nexit 1\n"));
  }

  String missingPlugin() {
    return exec(folder.resolve("no-such-plugin"));
  }

  private Path script(String text) throws IOException {
    Path script = Files.writeString(folder.resolve("plugin-" + files++), text);
    if (!script.toFile().setExecutable(true)) {
      throw new IOException("cannot make " + script + " executable");
    }
    return script;
  }

  /** As kubeconfigs of EKS, GKE and AKS name one. */
  private static String exec(Path command) {
    return "{exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: \"%s\"}}"
        .formatted(command);
  }

  static String token(String token) {
    return "{token: \"%s\"}".formatted(token);
  }

  static String certificate(ClientCertificate certificate) {
    return "{client-certificate: \"%s\", client-key: \"%s\"}"
        .formatted(certificate.certificate(), certificate.key());
  }

  /** A kubeconfig for this API server. */
  Path kubeconfig(String user) throws IOException {
    return kubeconfig(user, "certificate-authority: \"" + caFile + "\"");
  }

  /**
   * Another kubeconfig for this API server.
   *
   * @param authority a field of the cluster
   */
  Path kubeconfig(String user, String authority) throws IOException {
    return Files.writeString(
        folder.resolve("kubeconfig-" + files++),
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: {server: "%s", %s}}]
        users: [{name: u, user: %s}]
        contexts: [{name: c, context: {cluster: c, user: u}}]
        current-context: c
        """
            .formatted(url(), authority, user));
  }
}
