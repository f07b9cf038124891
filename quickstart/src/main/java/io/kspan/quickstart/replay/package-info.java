/**
 * Captures through the topology to spans, in this JVM; also used live: the sink and the topology.
 */
package io.kspan.quickstart.replay;
