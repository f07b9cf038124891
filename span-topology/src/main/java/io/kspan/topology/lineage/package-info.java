/**
 * The lineage topic and its global store: who exists, who owns whom, who was mentioned, and how far
 * every index task has read.
 *
 * <p>Between index and resolve in the picture: index and resolve write the topic, every instance
 * holds all of it.
 */
package io.kspan.topology.lineage;
