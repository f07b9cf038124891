/** What the connector costs on a Connect worker of its own. */
package io.kspan.benchmarks.connector;
