package io.kspan.topology.envelope;

import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;

/**
 * RFC 3339 stamps. A record has about five, and the JDK's parser, which knows every format, took a
 * tenth of the time of the whole topology; so those in UTC, as Kubernetes writes them, are read
 * here. Stateless.
 */
final class Stamp {
  private static final String SHAPE = "dddd-dd-ddTdd:dd:dd";
  private static final int SHORTEST = SHAPE.length() + 1;
  private static final int MAX_DIGITS = 9;
  private static final int SECONDS_OF_DAY = 86_400;
  private static final int TEN = 10;

  private Stamp() {}

  /**
   * The moment that {@code text} names.
   *
   * @throws java.time.DateTimeException if it names none
   */
  static Instant parse(String text) {
    return isPlain(text) ? plain(text) : OffsetDateTime.parse(text).toInstant();
  }

  /** In UTC, to the second or finer. */
  private static boolean isPlain(String text) {
    int last = text.length() - 1;
    if (last < SHORTEST - 1 || text.charAt(last) != 'Z') {
      return false;
    }
    for (int i = 0; i < SHAPE.length(); i++) {
      char wanted = SHAPE.charAt(i);
      char c = text.charAt(i);
      if (wanted == 'd' ? !isDigit(c) : c != wanted) {
        return false;
      }
    }
    if (last == SHAPE.length()) {
      return true;
    }
    int digits = last - SHAPE.length() - 1;
    if (text.charAt(SHAPE.length()) != '.' || digits < 1 || digits > MAX_DIGITS) {
      return false;
    }
    for (int i = SHAPE.length() + 1; i < last; i++) {
      if (!isDigit(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static Instant plain(String text) {
    // The JDK refuses values out of range.
    int hour = number(text, 11, 13);
    int minute = number(text, 14, 16);
    int second = number(text, 17, 19);
    if (hour > 23 || minute > 59 || second > 59) {
      return OffsetDateTime.parse(text).toInstant();
    }
    long day =
        LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10)).toEpochDay();
    int nanos = 0;
    int last = text.length() - 1;
    for (int i = 0; i < MAX_DIGITS; i++) {
      int at = SHAPE.length() + 1 + i;
      nanos = nanos * TEN + (at < last ? text.charAt(at) - '0' : 0);
    }
    return Instant.ofEpochSecond(
        day * SECONDS_OF_DAY + ((long) hour * 60 + minute) * 60 + second, nanos);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static int number(String text, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      number = number * TEN + text.charAt(i) - '0';
    }
    return number;
  }
}
