/**
 * Finished traces as a web page: one document without references, either a file that carries its
 * traces or the page of a receiver, which asks for updates.
 *
 * <p>May import the JDK, {@code waterfall} and Jackson. The resources of this package hold the
 * document, the style sheet, and one script file per concern.
 */
package io.kspan.topology.waterfall.page;
