/**
 * The commands of the deployable application. Settings come from a file, the environment and
 * options, in that order.
 */
package io.kspan.topology.cli;
