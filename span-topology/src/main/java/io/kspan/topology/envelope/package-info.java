/**
 * Reads the input contract: envelopes of Events and object snapshots, and bare Kubernetes objects,
 * become the slim records of the model.
 *
 * <p>The only package that sees Kubernetes JSON. Thread-safe throughout.
 */
package io.kspan.topology.envelope;
