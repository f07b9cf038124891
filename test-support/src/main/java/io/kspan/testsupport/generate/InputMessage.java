package io.kspan.testsupport.generate;

/**
 * A record of an input topic.
 *
 * @param event whether it goes to the topic of Events, else to that of objects
 * @param key reference of the involved object, or of the object itself
 * @param receiptMillis {@code observedAt} of the envelope
 * @param envelope JSON; null for a tombstone
 */
public record InputMessage(boolean event, String key, long receiptMillis, byte[] envelope) {

  /** {@code <cluster>/<namespace>/<Kind>[.<group>]/<name>}. */
  public static String key(
      String cluster, String namespace, String apiVersion, String kind, String name) {
    int slash = apiVersion.indexOf('/');
    String group = slash < 0 ? "" : "." + apiVersion.substring(0, slash);
    return cluster + "/" + namespace + "/" + kind + group + "/" + name;
  }
}
