/** A Kafka broker in this JVM, and the creation of the pipeline's topics on it. */
package io.kspan.quickstart.broker;
