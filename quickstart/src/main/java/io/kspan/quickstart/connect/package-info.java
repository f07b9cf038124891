/** A real Connect worker in this JVM, driven through its REST interface. */
package io.kspan.quickstart.connect;
