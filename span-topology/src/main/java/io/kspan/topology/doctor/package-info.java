/**
 * Looks at every link of the chain from the connector to the backend and says what is wrong and
 * what to do about it. Only asks: nothing is written to a topic, no group is joined.
 *
 * <p>Each check gathers facts and hands them to a pure function that judges them.
 */
package io.kspan.topology.doctor;
