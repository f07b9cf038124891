package io.kspan.deploy.cluster;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestBuilder;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestConditionBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.awaitility.core.ConditionTimeoutException;

/** A key and the certificate that the cluster's own authority has signed for it, as PEM files. */
record ClientCertificate(Path certificate, Path key) {
  private static final String PASSWORD = "changeit";
  private static final Duration KEYTOOL = Duration.ofMinutes(1);
  private static final Duration SIGNING = Duration.ofSeconds(30);

  /** Empty if the cluster signs none. */
  static Optional<ClientCertificate> of(String user, Cluster cluster, Path folder)
      throws IOException, GeneralSecurityException {
    Path keys = folder.resolve("client.p12");
    Path request = folder.resolve("client.csr");
    keytool(keys, "-genkeypair", "-keyalg", "RSA", "-dname", "CN=" + user);
    keytool(keys, "-certreq", "-file", request.toString());
    CertificateSigningRequest wanted =
        cluster.make(
            new CertificateSigningRequestBuilder()
                .withNewMetadata()
                .withName(user)
                .endMetadata()
                .withNewSpec()
                .withRequest(Base64.getEncoder().encodeToString(pem(Files.readString(request))))
                .withSignerName("kubernetes.io/kube-apiserver-client")
                .withExpirationSeconds(3600)
                .withUsages("client auth")
                .endSpec()
                .build());
    var resource =
        cluster
            .client()
            .certificates()
            .v1()
            .certificateSigningRequests()
            .withName(wanted.getMetadata().getName());
    resource.approve(
        new CertificateSigningRequestConditionBuilder()
            .withType("Approved")
            .withStatus("True")
            .withReason("Test")
            .withMessage("for a test")
            .build());
    try {
      String signed =
          await("the certificate of " + user)
              .atMost(SIGNING)
              .until(
                  () -> resource.get().getStatus().getCertificate(),
                  certificate -> certificate != null && !certificate.isEmpty());
      Path certificate = folder.resolve("client.crt");
      Files.write(certificate, Base64.getDecoder().decode(signed));
      return Optional.of(new ClientCertificate(certificate, key(keys, folder)));
    } catch (ConditionTimeoutException e) {
      return Optional.empty();
    }
  }

  /** Keytool says NEW CERTIFICATE REQUEST, which Go does not take. */
  private static byte[] pem(String request) {
    return request.replace("NEW CERTIFICATE", "CERTIFICATE").getBytes(US_ASCII);
  }

  private static Path key(Path keys, Path folder) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys)) {
      store.load(in, PASSWORD.toCharArray());
    }
    byte[] key = store.getKey("client", PASSWORD.toCharArray()).getEncoded();
    String text = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(key);
    return Files.writeString(
        folder.resolve("client.key"),
        "-----BEGIN PRIVATE KEY-----\n" + text + "\n-----END PRIVATE KEY-----\n");
  }

  private static void keytool(Path keys, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(
        List.of(
            "-alias",
            "client",
            "-storetype",
            "PKCS12",
            "-storepass",
            PASSWORD,
            "-keystore",
            keys.toString()));
    Command.run(KEYTOOL, command);
  }
}
