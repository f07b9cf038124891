/**
 * A stand-in Kubernetes API server that plays a recording over the list and watch protocol. Knows
 * captures, Jackson and the JDK's HTTP server; nothing of Kafka.
 */
package io.kspan.quickstart.apiserver;
