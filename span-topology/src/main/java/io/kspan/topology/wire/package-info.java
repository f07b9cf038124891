/**
 * How the model's records are written to stores and internal topics: one version byte, then their
 * fields in the order of declaration. Fields are only added at the end, and say what a record
 * without them has, so that no release has to migrate what another one wrote.
 */
package io.kspan.topology.wire;
