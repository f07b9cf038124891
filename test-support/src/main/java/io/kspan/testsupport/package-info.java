/**
 * Helpers that the tests of several modules share; depends on no module of the project but the
 * stand-in API server.
 */
package io.kspan.testsupport;
