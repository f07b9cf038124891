/**
 * Reads the input contract: envelopes of Events and object snapshots, and bare Kubernetes objects,
 * become the records of the model.
 *
 * <p>The only package that sees Kubernetes JSON. It reads what objects say; the rules of {@code
 * assemble} judge it. Thread-safe throughout.
 */
package io.kspan.topology.envelope;
