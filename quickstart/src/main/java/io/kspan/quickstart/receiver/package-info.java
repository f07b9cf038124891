/**
 * An OTLP receiver inside the quickstart: takes spans over HTTP, reports complete traces, and shows
 * the last ones as a web page.
 *
 * <p>Imports the spans read back by {@code io.kspan.topology.waterfall}, their page, and nothing of
 * the pipeline: it shows exactly the spans that were exported.
 */
package io.kspan.quickstart.receiver;
