package io.kspan.quickstart.receiver;

import io.kspan.topology.waterfall.ReceivedTrace;

/**
 * Is told about every complete trace.
 *
 * <p>Called by one thread at a time. An exception is logged and costs this one notification only.
 */
@FunctionalInterface
public interface TraceListener {

  /**
   * All spans of {@code trace} have arrived. Called again with the larger trace in the rare case
   * that new spans of it arrive afterwards; a span sent twice is no news.
   */
  void onTrace(ReceivedTrace trace);
}
