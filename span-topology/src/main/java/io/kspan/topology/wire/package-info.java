/**
 * Serdes of stores and internal topics, the records that travel through the internal topics, and
 * the keys that several stores use.
 *
 * <p>What is stored is declared in {@code src/main/proto}, one file per store or topic; the
 * messages generated from it are in {@code wire.proto}. A serde maps a domain record to its message
 * and back, field by field; serdes of records that one package owns are in that package.
 */
package io.kspan.topology.wire;
