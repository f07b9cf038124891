package io.kspan.testsupport.generate;

/**
 * A record of an input topic.
 *
 * @param event whether it goes to the topic of Events, else to that of objects
 * @param key reference of the involved object, or of the object itself
 * @param receiptMillis {@code observedAt} of the envelope
 * @param envelope JSON
 */
public record InputMessage(boolean event, String key, long receiptMillis, byte[] envelope) {}
