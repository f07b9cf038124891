package io.kspan.benchmarks.load;

/** What is measured: something that reads the inputs to their end. */
interface Application extends AutoCloseable {
  /** Starts; returns at once. */
  void start();

  /** The state of the Kafka Streams client. */
  String state();

  /** Whether everything is out. */
  boolean isThrough();

  /** What came out: spans or records. */
  long written();

  @Override
  void close();
}
