package io.kspan.deploy.cluster;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import java.time.Instant;

/** A service account of this run, and the tokens that the API server issues for it. */
final class Account {
  /** The shortest life that an API server gives. */
  private static final long SECONDS = 600;

  private final Cluster cluster;
  private final String namespace;
  private final String name;

  /**
   * A token.
   *
   * @param secret to which it is bound; null for none
   */
  record Token(String text, Instant expires, Secret secret) {}

  Account(Cluster cluster, String namespace, String name) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.name = name;
    cluster
        .client()
        .resource(
            new ServiceAccountBuilder().withNewMetadata().withName(name).endMetadata().build())
        .inNamespace(namespace)
        .create();
  }

  /** As {@code RbacManifest} takes it. */
  String id() {
    return namespace + "/" + name;
  }

  Token token() {
    return request(null);
  }

  /** A token that the API server does not accept any more once {@link #revoke} was called. */
  Token revocableToken() {
    return request(
        cluster
            .client()
            .resource(
                new SecretBuilder()
                    .withNewMetadata()
                    .withGenerateName("token-")
                    .endMetadata()
                    .build())
            .inNamespace(namespace)
            .create());
  }

  void revoke(Token token) {
    cluster.client().resource(token.secret()).delete();
  }

  private Token request(Secret secret) {
    TokenRequestBuilder wanted =
        new TokenRequestBuilder().withNewSpec().withExpirationSeconds(SECONDS).endSpec();
    if (secret != null) {
      wanted
          .editSpec()
          .withNewBoundObjectRef()
          .withApiVersion("v1")
          .withKind("Secret")
          .withName(secret.getMetadata().getName())
          .withUid(secret.getMetadata().getUid())
          .endBoundObjectRef()
          .endSpec();
    }
    TokenRequest issued =
        cluster
            .client()
            .serviceAccounts()
            .inNamespace(namespace)
            .withName(name)
            .tokenRequest(wanted.build());
    return new Token(
        issued.getStatus().getToken(),
        Instant.parse(issued.getStatus().getExpirationTimestamp()),
        secret);
  }
}
