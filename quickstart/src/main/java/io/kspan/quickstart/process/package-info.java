/**
 * The parts that every command needs of the process: output, a folder for its files, and the
 * resources to close when it ends. Imports no other package of this project.
 */
package io.kspan.quickstart.process;
