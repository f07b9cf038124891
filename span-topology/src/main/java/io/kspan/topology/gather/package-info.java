/**
 * Stage 3: keeps the items of every root until a session of it is over, then has it assembled.
 *
 * <p>The rules (sessions, states) are pure; the processor loads, calls, stores and forwards.
 */
package io.kspan.topology.gather;
