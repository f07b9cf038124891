package io.kspan.quickstart.recording;

import io.kspan.topology.capture.CaptureFile;
import io.kspan.topology.capture.CaptureRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * A recording to play. Immutable.
 *
 * @param initial objects of the first lists
 * @param changes in order of receipt
 */
public record Recording(List<CaptureRecord> initial, List<CaptureRecord> changes) {

  /** A recorder writes its first lists within a moment, and then waits for changes. */
  private static final Duration LISTING = Duration.ofMillis(500);

  private static final String BUNDLED = "rollout-and-crashloop.ndjson.gz";

  public Recording {
    initial = List.copyOf(initial);
    changes = List.copyOf(changes);
  }

  /** The recording that comes with the quickstart. */
  public static Recording bundled() {
    InputStream resource = Recording.class.getResourceAsStream(BUNDLED);
    try (CaptureFile file = CaptureFile.reading(BUNDLED, new GZIPInputStream(resource))) {
      List<CaptureRecord> records = new ArrayList<>();
      for (CaptureRecord next = file.next(); next != null; next = file.next()) {
        records.add(next);
      }
      return of(records);
    } catch (IOException e) {
      throw new UncheckedIOException("the bundled recording cannot be read", e);
    }
  }

  /** Splits a capture, given in order of receipt, where its first lists end. */
  public static Recording of(List<CaptureRecord> records) {
    int split = 0;
    while (split < records.size() && isListed(records, split)) {
      split++;
    }
    return new Recording(records.subList(0, split), records.subList(split, records.size()));
  }

  private static boolean isListed(List<CaptureRecord> records, int at) {
    Instant before = records.get(Math.max(0, at - 1)).receivedAt();
    return records.get(at).type().equals("ADDED")
        && records.get(at).receivedAt().isBefore(before.plus(LISTING));
  }

  /** The receipt of the first change. */
  public Instant start() {
    return changes.get(0).receivedAt();
  }

  /** From the first to the last change. */
  public Duration length() {
    return Duration.between(start(), changes.get(changes.size() - 1).receivedAt());
  }

  /** The same, {@code seconds} later. */
  public Recording shifted(long seconds) {
    TimeShift shift = new TimeShift(seconds);
    return new Recording(
        initial.stream().map(shift::shift).toList(), changes.stream().map(shift::shift).toList());
  }
}
