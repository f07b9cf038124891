package io.kspan.topology.config;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * Gives all stores of this JVM one bounded piece of memory outside the heap. By default each store
 * of each task may take 50 MiB of blocks and 48 MiB of buffers, and the index of each open file on
 * top: gigabytes for a dozen partitions, for which a container is killed.
 *
 * <p>Source: "RocksDB memory", Kafka Streams developer guide, memory management. Thread-safe; Kafka
 * Streams makes an instance per store.
 */
public final class RocksDbMemory implements RocksDBConfigSetter {
  /** Bytes, a {@link Long}; set by {@link StreamsDefaults}. */
  static final String MAX_BYTES = "kspan.rocksdb.memory.max.bytes";

  // Stores with the same limit share it. Never closed: stores of another instance in this JVM
  // may use it.
  private static final Map<Long, Shared> SHARED = new ConcurrentHashMap<>();

  // Of the memory. What was just written is read back soon: most items live for seconds.
  private static final int WRITE_BUFFERS_DIVISOR = 2;
  // Indices and filters of files, without which every read is one of the disk.
  private static final double HIGH_PRIORITY_RATIO = 0.1;
  private static final int ANY_SHARDS = -1;
  // A buffer of a store that holds next to nothing: by default 1 MiB, half of the memory for a
  // hundred stores.
  private static final long ARENA_BLOCK_BYTES = 64 * 1024;

  private record Shared(Cache blocks, WriteBufferManager writeBuffers) {
    static Shared of(long bytes) {
      RocksDB.loadLibrary();
      Cache cache = new LRUCache(bytes, ANY_SHARDS, false, HIGH_PRIORITY_RATIO);
      // Buffers are charged to the cache: the bound is one for both.
      return new Shared(cache, new WriteBufferManager(bytes / WRITE_BUFFERS_DIVISOR, cache));
    }
  }

  @Override
  public void setConfig(String storeName, Options options, Map<String, Object> configs) {
    if (!(configs.get(MAX_BYTES) instanceof Long bytes)) {
      throw new ConfigException(MAX_BYTES, configs.get(MAX_BYTES), "set by the application only");
    }
    Shared shared = SHARED.computeIfAbsent(bytes, Shared::of);
    BlockBasedTableConfig tables = (BlockBasedTableConfig) options.tableFormatConfig();
    tables.setBlockCache(shared.blocks());
    tables.setCacheIndexAndFilterBlocks(true);
    tables.setCacheIndexAndFilterBlocksWithHighPriority(true);
    tables.setPinTopLevelIndexAndFilter(true);
    options.setTableFormatConfig(tables);
    options.setWriteBufferManager(shared.writeBuffers());
    options.setArenaBlockSize(ARENA_BLOCK_BYTES);
  }

  @Override
  public void close(String storeName, Options options) {
    // What is shared stays.
  }
}
