/** The commands: they read the options and wire the pieces of the other packages. */
package io.kspan.quickstart.cli;
