/** JMH benchmarks of the hot paths. Nothing of the product depends on this package. */
package io.kspan.benchmarks;
