/**
 * {@code span-topology serve}: the waterfall page of an installation. Finished traces come from the
 * spans topic ({@code SpansReader}), what is open from the instances of the application ({@code
 * OpenTracesClient}). It only reads.
 */
package io.kspan.topology.serve;
