/**
 * The settings of the topology and why each Kafka Streams setting differs from its default.
 *
 * <p>Configuration is read once and becomes immutable records; no other package reads properties.
 */
package io.kspan.topology.config;
