package io.kspan.quickstart.capture;

import io.kspan.quickstart.BadInputException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a first pass over a capture file found: bad input is known before anything is started, and
 * how far the file is from sorted tells how much the second pass must hold back.
 *
 * @param path the file
 * @param records watch events in it
 * @param errors watch errors in it
 * @param bookmarks watch bookmarks in it
 * @param problems documents that cannot be read
 * @param disorder how far a receipt lies below an earlier one at most
 * @param latest the highest receipt
 */
public record CaptureScan(
    Path path,
    long records,
    long errors,
    long bookmarks,
    List<CaptureProblem> problems,
    Duration disorder,
    Instant latest) {

  public CaptureScan {
    problems = List.copyOf(problems);
  }

  /**
   * Reads all of {@code path}.
   *
   * @throws BadInputException when it cannot be read, or holds no watch event
   */
  public static CaptureScan of(Path path) {
    List<CaptureProblem> problems = new ArrayList<>();
    long records = 0;
    Instant latest = null;
    Duration disorder = Duration.ZERO;
    try (CaptureFile file = CaptureFile.open(path, problems::add)) {
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
          path, records, file.errors(), file.bookmarks(), problems, disorder, latest);
    }
  }

  private static String nothingIn(Path path, List<CaptureProblem> problems) {
    String remedy =
        "; record one with: kubectl get events -A --watch --output-watch-events -o json";
    if (problems.isEmpty()) {
      return "capture " + path + " holds no watch event" + remedy;
    }
    CaptureProblem first = problems.get(0);
    return "capture %s is not a capture: line %d is %s%s"
        .formatted(path, first.line(), first.reason(), remedy);
  }
}
