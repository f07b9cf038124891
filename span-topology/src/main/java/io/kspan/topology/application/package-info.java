/**
 * The stages wired to a topology ({@code SpanTopology}), and the application that runs it ({@code
 * SpanTopologyApplication}). Above all stages, below the commands.
 */
package io.kspan.topology.application;
