/** What the tests of several modules share; depends on no other module of the project. */
package io.kspan.testsupport;
