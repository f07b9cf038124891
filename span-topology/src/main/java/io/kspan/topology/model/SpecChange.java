package io.kspan.topology.model;

/**
 * The newest {@code managedFields} entry that owns {@code f:spec}: who changed the spec last, and
 * in which second.
 *
 * @param timeNanos a whole second
 */
public record SpecChange(String manager, String operation, long timeNanos) {}
