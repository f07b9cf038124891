/**
 * How the model's records are written to stores and internal topics: one version byte, then their
 * fields in the order of declaration, so that fields can be added at the end without a migration.
 */
package io.kspan.topology.wire;
