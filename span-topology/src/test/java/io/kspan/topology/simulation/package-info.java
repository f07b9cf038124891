/**
 * The real processors of the topology in a cluster of any number of partitions and instances,
 * driven step by step: what `TopologyTestDriver` cannot do, since it knows one partition only.
 */
package io.kspan.topology.simulation;
