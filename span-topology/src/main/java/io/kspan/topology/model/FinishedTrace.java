package io.kspan.topology.model;

import java.util.List;

/**
 * A trace that will never change again: what one session of one root amounts to. Only one that is
 * marked as provisional does.
 *
 * <p>Immutable. The spans are ordered by start, then by span id, except that the one local root
 * comes first.
 *
 * @param traceId 32 lower-case hex digits
 * @param spans never empty; the first is the local root, every other span's parent is among them
 * @param parent of the local root, in the trace that another program began; null without
 */
public record FinishedTrace(String traceId, List<FinishedSpan> spans, TraceContext parent)
    implements GatherOutput {
  /** The attribute of spans of a trace that is not finished. */
  public static final String PROVISIONAL = "kspan.provisional";

  /** A trace that begins here. */
  public FinishedTrace(String traceId, List<FinishedSpan> spans) {
    this(traceId, spans, null);
  }

  public FinishedTrace {
    spans = List.copyOf(spans);
    if (spans.isEmpty()) {
      throw new IllegalArgumentException("trace " + traceId + " has no span");
    }
  }

  /** Whether it will be written again, with these ids, when it is finished. */
  public boolean isProvisional() {
    return root().attributes().containsKey(PROVISIONAL);
  }

  /** The local root: a change span, an activity span or an annotated event. */
  public FinishedSpan root() {
    return spans.get(0);
  }
}
