package io.kspan.topology.gather;

import io.kspan.topology.assemble.TraceSettings;

/**
 * The configuration of gather.
 *
 * @param tasks number of resolve tasks
 * @param wholeLog whether nothing is evaluated before the end of all input
 * @param retentionMillis how long a root is kept after its deletion
 */
public record GatherSettings(
    TraceSettings trace, int tasks, boolean wholeLog, long retentionMillis) {}
