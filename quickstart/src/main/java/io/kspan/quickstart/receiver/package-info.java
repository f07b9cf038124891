/**
 * An OTLP receiver small enough to live inside the quickstart: takes spans over HTTP, tells when a
 * trace is complete, and shows the last ones as a web page.
 *
 * <p>May import the JDK, the spans read back by {@code io.kspan.topology.waterfall} and their page,
 * and SLF4J; nothing of the pipeline that it watches, so that what is shown is what was exported.
 */
package io.kspan.quickstart.receiver;
