/**
 * Traces as a web page: one document without references, either a file that carries its traces or
 * the page of a process that keeps the last ones, which its script asks for them.
 *
 * <p>May import the JDK with its HTTP server, {@code waterfall} and Jackson. The resources of this
 * package hold the document, the style sheet, and one script file per concern.
 */
package io.kspan.topology.waterfall.page;
