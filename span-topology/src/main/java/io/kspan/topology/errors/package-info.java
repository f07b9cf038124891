/**
 * What happens to what goes wrong: a record that cannot be digested becomes a dead letter and the
 * stream goes on; a broker or a disk that fails ends the instance.
 */
package io.kspan.topology.errors;
