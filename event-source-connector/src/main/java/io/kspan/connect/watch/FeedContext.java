package io.kspan.connect.watch;

import io.kspan.connect.record.EnvelopeMapper;
import io.kspan.connect.record.SourceOffset;
import io.kspan.connect.record.SourcePartition;
import java.time.InstantSource;
import java.util.function.Function;

/**
 * The collaborators that the feeds of a task share. Safe for many threads.
 *
 * @param offsets returns the stored offset of a partition, or {@link SourceOffset#LISTING} if there
 *     is no usable one
 */
public record FeedContext(
    ApiClient api,
    FeedSettings settings,
    RequiredRights rights,
    EnvelopeMapper mapper,
    HandOverBuffer buffer,
    FeedMetrics metrics,
    Function<SourcePartition, SourceOffset> offsets,
    InstantSource clock) {}
