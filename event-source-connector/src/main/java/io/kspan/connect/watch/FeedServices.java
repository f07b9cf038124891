package io.kspan.connect.watch;

import io.kspan.connect.record.EnvelopeMapper;
import io.kspan.connect.record.EventFilter;
import java.time.InstantSource;

/** What the feeds of a task work with. Safe for many threads. */
public record FeedServices(
    ApiClient api,
    FeedSettings settings,
    RequiredRights rights,
    EnvelopeMapper mapper,
    EventFilter filter,
    HandOverBuffer buffer,
    FeedCounters counters,
    InstantSource clock) {}
