/**
 * Stage 2: climbs from the object an event is about to its root owner, and holds what cannot be
 * placed yet.
 *
 * <p>The rules ({@link io.kspan.topology.resolve.Resolver}) are pure; processors load, call, store
 * and forward.
 */
package io.kspan.topology.resolve;
