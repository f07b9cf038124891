package io.kspan.topology.waterfall;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * One line of the tree: its guides, and either a span or the spans that are left out here.
 *
 * @param guides of all levels, two columns each
 * @param parent null for a root
 * @param span null when the line stands for {@code omitted} siblings and what is below them
 * @param omitted spans that are not drawn, the first of them of their parent; empty with a span
 */
record TreeLine(String guides, ReceivedSpan parent, ReceivedSpan span, List<ReceivedSpan> omitted) {

  private static final int MAX_GUIDES = 1_000;

  static List<TreeLine> of(SpanTree tree, WaterfallStyle style) {
    Glyphs glyphs = style.glyphs();
    List<TreeLine> lines = new ArrayList<>();
    Deque<Open> open = new ArrayDeque<>();
    push(open, tree, null, "", style.maxChildren());
    // A stack instead of recursion: a trace may be deeper than the thread's stack.
    while (!open.isEmpty()) {
      Open next = open.pop();
      String above = next.guides;
      boolean top = next.parent == null;
      String own = top ? "" : above + (next.last ? glyphs.lastBranch() : glyphs.branch());
      lines.add(new TreeLine(own, next.parent, next.span, next.omitted));
      if (next.span != null) {
        String below = top ? "" : above + (next.last ? "  " : glyphs.through());
        push(open, tree, next.span, shortened(below), style.maxChildren());
      }
    }
    return lines;
  }

  /** Of a very deep tree only the innermost guides fit a line anyway. */
  private static String shortened(String guides) {
    return guides.length() <= MAX_GUIDES ? guides : guides.substring(guides.length() - MAX_GUIDES);
  }

  private static void push(
      Deque<Open> open, SpanTree tree, ReceivedSpan parent, String guides, int maxChildren) {
    List<ReceivedSpan> all = parent == null ? tree.roots() : tree.children(parent);
    // A line "1 more" would take the place of that one.
    int shown = all.size() <= maxChildren + 1 ? all.size() : maxChildren;
    if (shown < all.size()) {
      List<ReceivedSpan> rest =
          tree.rows(all.subList(shown, all.size())).stream().map(SpanTree.Row::span).toList();
      open.push(new Open(guides, parent, null, rest, true));
    }
    for (int i = shown - 1; i >= 0; i--) {
      open.push(new Open(guides, parent, all.get(i), List.of(), i == all.size() - 1));
    }
  }

  private record Open(
      String guides,
      ReceivedSpan parent,
      ReceivedSpan span,
      List<ReceivedSpan> omitted,
      boolean last) {}
}
