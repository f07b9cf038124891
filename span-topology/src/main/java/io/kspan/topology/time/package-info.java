/**
 * Watermarks: what they are, the least over several sources, when one is published, and how often
 * processors look at them. Imports nothing of the application.
 */
package io.kspan.topology.time;
