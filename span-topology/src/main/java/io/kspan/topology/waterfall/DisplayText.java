package io.kspan.topology.waterfall;

import java.text.Normalizer;

/**
 * Measures and cuts text for a terminal. Stateless.
 *
 * <p>Names and messages come from a cluster, so characters that could move the cursor, change
 * colours or reverse the direction of a line are taken out first.
 */
public final class DisplayText {
  private static final int REPLACEMENT = 0xFFFD;

  /** First and last code points of the wide ranges, ascending. */
  private static final int[] WIDE = {
    0x1100, 0x115F, 0x231A, 0x231B, 0x2329, 0x232A, 0x23E9, 0x23EC, 0x2E80, 0x303E, 0x3041, 0xA4CF,
    0xA960, 0xA97F, 0xAC00, 0xD7A3, 0xF900, 0xFAFF, 0xFE30, 0xFE6F, 0xFF00, 0xFF60, 0xFFE0, 0xFFE6,
    0x1F300, 0x1FAFF, 0x20000, 0x3FFFD,
  };

  private DisplayText() {}

  /** One line without control and invisible formatting characters, runs of blanks as one. */
  static String clean(String text) {
    StringBuilder clean = new StringBuilder();
    Normalizer.normalize(text, Normalizer.Form.NFC)
        .codePoints()
        .forEach(
            point -> {
              int shown = shown(point);
              boolean blank = shown == ' ';
              boolean doubled =
                  blank && (clean.isEmpty() || clean.charAt(clean.length() - 1) == ' ');
              if (shown >= 0 && !doubled) {
                clean.appendCodePoint(shown);
              }
            });
    return clean.toString().stripTrailing();
  }

  /** The same, with the blanks that the line begins with. */
  public static String cleanIndented(String line) {
    return line.substring(0, line.length() - line.stripLeading().length()) + clean(line).strip();
  }

  /** Columns on a terminal; never less than the number of code points. */
  static int width(String text) {
    return text.codePoints().map(DisplayText::width).sum();
  }

  /** {@code text} if it fits, else its beginning and {@code ellipsis}. */
  static String fit(String text, int columns, String ellipsis) {
    if (width(text) <= columns) {
      return text;
    }
    int room = columns - width(ellipsis);
    if (room < 0) {
      return "";
    }
    StringBuilder cut = new StringBuilder();
    for (int at = 0; at < text.length(); ) {
      int point = text.codePointAt(at);
      room -= width(point);
      if (room < 0) {
        break;
      }
      cut.appendCodePoint(point);
      at += Character.charCount(point);
    }
    return cut.toString().stripTrailing() + ellipsis;
  }

  /**
   * {@code text} if it fits, else its beginning and its end: what distinguishes the pods of one
   * owner is the end of their names.
   */
  static String fitMiddle(String text, int columns, String ellipsis) {
    int tail = (columns - width(ellipsis)) / 2;
    if (width(text) <= columns || tail < 1) {
      return fit(text, columns, ellipsis);
    }
    int from = text.length();
    for (int room = tail; from > 0; ) {
      int point = text.codePointBefore(from);
      room -= width(point);
      if (room < 0) {
        break;
      }
      from -= Character.charCount(point);
    }
    String end = text.substring(from);
    return fit(text.substring(0, from), columns - width(end), ellipsis) + end;
  }

  /** For a terminal that cannot show more: everything else becomes a question mark. */
  static String ascii(String text) {
    return text.replaceAll("[^\\p{ASCII}]", "?");
  }

  /** What to show for a code point, -1 for nothing. */
  private static int shown(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SPACE_SEPARATOR ->
          ' ';
      case Character.FORMAT -> -1;
      case Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED -> REPLACEMENT;
      default -> point;
    };
  }

  /**
   * Two columns for what East Asian Width calls wide, and for emoji. A combining mark that has no
   * composed form counts as one although it takes none: the line is then a little short, not long.
   */
  private static int width(int point) {
    boolean wide = false;
    for (int i = 0; i < WIDE.length && WIDE[i] <= point; i += 2) {
      wide |= point <= WIDE[i + 1];
    }
    return wide ? 2 : 1;
  }
}
