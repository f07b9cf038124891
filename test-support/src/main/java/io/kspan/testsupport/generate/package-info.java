/**
 * Any amount of realistic input: a simulated cluster that rolls out Deployments the way a recorded
 * one does, as envelopes in the order of their receipt. Deterministic by seed; used by tests and
 * benchmarks.
 */
package io.kspan.testsupport.generate;
