/**
 * Stage 2: keeps the items of every root until a session of it is over, then has it assembled.
 *
 * <p>The rules are in {@code assemble} and pure; the processor loads, calls, stores and forwards.
 */
package io.kspan.topology.gather;
