/**
 * The whole pipeline in one process: {@code Main} and its commands wire the pieces of the
 * subpackages, which do not import the commands.
 */
package io.kspan.quickstart;
