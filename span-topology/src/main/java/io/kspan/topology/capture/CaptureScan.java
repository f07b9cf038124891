package io.kspan.topology.capture;

import io.kspan.topology.errors.BadInputException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The result of a first pass over a capture file. It refuses bad input before the broker starts,
 * and measures the disorder of the file for {@link Captures}, which sorts it in a second pass.
 *
 * @param records number of watch events
 * @param errors number of watch errors
 * @param bookmarks number of watch bookmarks
 * @param problems documents that cannot be read
 * @param disorder the most that a receipt lies below an earlier one
 * @param leading the list that it begins with
 * @param longLists the latest stamp in each list that is too long to hold
 */
public record CaptureScan(
    Path path,
    long records,
    long errors,
    long bookmarks,
    List<CaptureFile.Problem> problems,
    Duration disorder,
    ReceiptClock.LeadingList leading,
    List<Instant> longLists) {

  public CaptureScan {
    problems = List.copyOf(problems);
    longLists = List.copyOf(longLists);
  }

  /**
   * Reads all of {@code path}.
   *
   * @throws BadInputException when it cannot be read, or holds nothing
   */
  public static CaptureScan of(Path path) {
    List<CaptureFile.Problem> problems = new ArrayList<>();
    long records = 0;
    Instant latest = null;
    Duration disorder = Duration.ZERO;
    ReceiptClock clock = new ReceiptClock(null, List.of());
    try (CaptureFile file = CaptureFile.open(path, problems::add, clock)) {
      for (CaptureRecord next = file.next(); next != null; next = file.next()) {
        records++;
        if (latest == null || next.receivedAt().isAfter(latest)) {
          latest = next.receivedAt();
        } else {
          Duration behind = Duration.between(next.receivedAt(), latest);
          disorder = behind.compareTo(disorder) > 0 ? behind : disorder;
        }
      }
      if (records == 0) {
        throw new BadInputException(nothingIn(path, problems));
      }
      return new CaptureScan(
          path,
          records,
          file.errors(),
          file.bookmarks(),
          problems,
          disorder,
          clock.leading(),
          clock.longLists());
    }
  }

  private static String nothingIn(Path path, List<CaptureFile.Problem> problems) {
    String remedy =
        "; record one with: kubectl get events -A --watch --output-watch-events -o json";
    if (problems.isEmpty()) {
      return "capture " + path + " holds no watch event and no object" + remedy;
    }
    CaptureFile.Problem first = problems.get(0);
    return "capture %s is not a capture: line %d is %s%s"
        .formatted(path, first.line(), first.reason(), remedy);
  }
}
