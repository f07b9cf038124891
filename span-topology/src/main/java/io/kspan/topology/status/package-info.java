/**
 * The state of one version of an object (trace-model 5.3): a table of rules, those that ship and
 * those of users, as expressions of the Common Expression Language; built-in kinds are compiled.
 *
 * <p>Pure functions of the JSON of one object. Thread-safe throughout.
 */
package io.kspan.topology.status;
