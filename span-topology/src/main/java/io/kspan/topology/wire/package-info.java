/**
 * How the model's records are written to stores and internal topics: one version byte, then Smile
 * (binary JSON), so that fields can be added without a migration.
 */
package io.kspan.topology.wire;
