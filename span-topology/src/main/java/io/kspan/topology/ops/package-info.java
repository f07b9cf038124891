/**
 * What the application says about itself: counters and progress. Records nothing that a result
 * depends on.
 */
package io.kspan.topology.ops;
