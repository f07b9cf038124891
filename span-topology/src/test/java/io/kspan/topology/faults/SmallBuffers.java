package io.kspan.topology.faults;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.Options;

/** A store that goes to the disk often, and takes no more of it than it needs. */
public final class SmallBuffers implements RocksDBConfigSetter {
  private static final int BYTES = 32 * 1024;

  @Override
  public void setConfig(String store, Options options, Map<String, Object> settings) {
    options.setWriteBufferSize(BYTES);
    options.setManifestPreallocationSize(BYTES);
    options.setAllowFAllocate(false);
  }

  @Override
  public void close(String store, Options options) {}
}
