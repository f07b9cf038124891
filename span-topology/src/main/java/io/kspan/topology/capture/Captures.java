package io.kspan.topology.capture;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;

/**
 * The watch events of several capture files, merged by receipt. Equal receipts keep the order of
 * the files and the order within a file.
 *
 * <p>For one thread. Holds as many records as the disorder of each file requires: one per file when
 * they are sorted.
 */
public final class Captures implements AutoCloseable {

  private final List<Source> sources = new ArrayList<>();
  private final PriorityQueue<Source> next =
      new PriorityQueue<>(
          Comparator.comparing((Source s) -> s.head().receivedAt()).thenComparing(s -> s.index));

  /** Opens the scanned files again; does not report their problems again. */
  public Captures(List<CaptureScan> scans) {
    Instant listed =
        scans.stream()
            .map(scan -> scan.leading().latest())
            .filter(Objects::nonNull)
            .max(Comparator.naturalOrder())
            .orElse(null);
    for (CaptureScan scan : scans) {
      ReceiptClock clock = new ReceiptClock(scan.leading().receivedAt(listed), scan.longLists());
      Source source =
          new Source(
              sources.size(), CaptureFile.open(scan.path(), problem -> {}, clock), scan.disorder());
      sources.add(source);
      if (source.head() != null) {
        next.add(source);
      }
    }
  }

  /** The next watch event, or null when all files are read. */
  public CaptureRecord next() {
    Source source = next.poll();
    if (source == null) {
      return null;
    }
    CaptureRecord record = source.remove();
    if (source.head() != null) {
      next.add(source);
    }
    return record;
  }

  @Override
  public void close() {
    sources.forEach(source -> source.file.close());
  }

  private record Numbered(long number, CaptureRecord record) {}

  /** One file, sorted: a record is held back while one with an earlier receipt can follow. */
  private static final class Source {
    private final int index;
    private final CaptureFile file;
    private final Duration disorder;
    private final PriorityQueue<Numbered> held =
        new PriorityQueue<>(
            Comparator.comparing((Numbered n) -> n.record().receivedAt())
                .thenComparing(Numbered::number));
    private long read;
    private Instant highest = Instant.MIN;
    private boolean exhausted;

    Source(int index, CaptureFile file, Duration disorder) {
      this.index = index;
      this.file = file;
      this.disorder = disorder;
      fill();
    }

    CaptureRecord head() {
      return held.isEmpty() ? null : held.peek().record();
    }

    CaptureRecord remove() {
      CaptureRecord record = held.remove().record();
      fill();
      return record;
    }

    private void fill() {
      while (!exhausted && (held.isEmpty() || mayBePreceded(head().receivedAt()))) {
        CaptureRecord record = file.next();
        if (record == null) {
          exhausted = true;
        } else {
          held.add(new Numbered(read++, record));
          highest = record.receivedAt().isAfter(highest) ? record.receivedAt() : highest;
        }
      }
    }

    private boolean mayBePreceded(Instant receipt) {
      return receipt.isAfter(highest.minus(disorder));
    }
  }
}
