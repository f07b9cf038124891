package io.kspan.quickstart;

/**
 * What commands need of the process they run in.
 *
 * @param console where to report
 * @param resources what is closed when the user interrupts
 * @param environment where it takes place
 */
record Run(Console console, Resources resources, Environment environment) {

  Run withoutColour() {
    return new Run(console.withoutColour(), resources, environment);
  }
}
