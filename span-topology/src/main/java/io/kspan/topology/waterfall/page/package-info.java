/**
 * Finished traces as a web page: one document without any reference to another, whether it is a
 * file that carries its traces or served by a receiver that is asked for more.
 *
 * <p>May import the JDK, the spans read back by {@code io.kspan.topology.waterfall} and Jackson.
 * What is drawn, and how, is in the resources of this package: one document, one style sheet, one
 * script.
 */
package io.kspan.topology.waterfall.page;
