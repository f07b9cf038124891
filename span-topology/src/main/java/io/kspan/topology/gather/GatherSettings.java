package io.kspan.topology.gather;

import io.kspan.topology.assemble.TraceSettings;

/**
 * The configuration of gather.
 *
 * @param wholeLog whether nothing is evaluated before the end of all input
 * @param retentionMillis how long a root is kept after its deletion
 * @param changes whether to tell of changes
 */
public record GatherSettings(
    TraceSettings trace, boolean wholeLog, long retentionMillis, boolean changes) {}
