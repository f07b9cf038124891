package io.kspan.topology.waterfall;

/**
 * The characters a waterfall is drawn with, each one column wide.
 *
 * @param partial a cell filled from the left by one to seven eighths; empty when bars are drawn in
 *     whole cells
 * @param rightHalf a cell filled in its right half
 */
record Glyphs(
    String branch,
    String lastBranch,
    String through,
    String error,
    String success,
    String ellipsis,
    String arrow,
    String dot,
    String rule,
    String full,
    String rightHalf,
    String partial) {

  static final Glyphs UNICODE =
      new Glyphs("├─", "└─", "│ ", "✗", "✓", "…", "→", "·", "─", "█", "▐", "▏▎▍▌▋▊▉");
  static final Glyphs ASCII =
      new Glyphs("|-", "`-", "| ", "!", "+", "..", "->", "-", "-", "#", "#", "");
}
