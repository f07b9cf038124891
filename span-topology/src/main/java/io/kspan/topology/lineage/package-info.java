/**
 * The lineage topic and its global store: which objects exist, who owns whom, which causes name
 * which object, and how far every placing task is. Placing writes the topic, every instance holds
 * all of it.
 */
package io.kspan.topology.lineage;
