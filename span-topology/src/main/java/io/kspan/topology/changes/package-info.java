/**
 * The changes topic: what the topology writes to it as CloudEvents, and how the sink reads them.
 * The schema of both is {@code kspan/change.schema.json} in the resources.
 */
package io.kspan.topology.changes;
