/** A real Connect worker in this JVM. */
package io.kspan.quickstart.connect;
