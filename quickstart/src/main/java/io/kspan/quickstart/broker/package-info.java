/**
 * A real Kafka broker in this JVM, and the topics on it. Knows Kafka and nothing of this project
 * but the topic names.
 */
package io.kspan.quickstart.broker;
