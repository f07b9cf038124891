package io.kspan.topology.capture;

import java.io.IOException;

/** The documents of a text, one after the other. For one thread. */
interface Documents {

  /** The next document, or null at the end. */
  DocumentReader.Document next() throws IOException;
}
