/** Names of topics, operators and stores. Imports nothing, so every layer may use it. */
package io.kspan.topology.names;
