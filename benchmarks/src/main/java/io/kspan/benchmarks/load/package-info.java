/**
 * Load on a real broker: throughput against a baseline, cost per record by size of tree, latency,
 * memory and restore. Broker, application and driver are each a JVM of their own.
 */
package io.kspan.benchmarks.load;
