package io.kspan.topology.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

class RocksDbMemoryTest {
  private static final long LIMIT = 16 << 20;
  private static final int STORES = 12;
  private static final int VALUES = 300;
  private static final int VALUE_BYTES = 10 * 1024;
  // All that is written is 36 MB, 3 MB a store: none would flush for reasons of its own.
  private static final String BUFFERS = "rocksdb.cur-size-all-mem-tables";

  @TempDir private Path folder;

  @Test
  void shouldBoundWhatAllStoresTogetherHoldInMemory() throws RocksDBException {
    write(
        new RocksDbMemory(),
        // Files are written in the background, and RocksDB counts its buffers not to the byte:
        // half of the limit is theirs.
        stores ->
            await()
                .untilAsserted(
                    () -> {
                      // Only a write has RocksDB look at the limit.
                      for (RocksDB store : stores) {
                        store.put(new byte[] {0}, new byte[] {0});
                      }
                      assertThat(buffers(stores)).isLessThan(LIMIT);
                    }));
  }

  @Test
  void shouldHaveSomethingToBound() throws RocksDBException {
    write(new AsItComes(), stores -> assertThat(buffers(stores)).isGreaterThan(2 * LIMIT));
  }

  @Test
  void shouldLeaveTheChoiceToWhoeverSetsAnother() {
    Map<String, String> settings =
        Map.of(
            "bootstrap.servers",
            "localhost:9092",
            "kafka.rocksdb.config.setter",
            AsItComes.class.getName());

    assertThat(StreamsDefaults.of(new TopologyConfig(settings)))
        .containsEntry(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, AsItComes.class.getName());
  }

  @Test
  void shouldTakeTheLimitFromTheSettings() {
    Map<String, String> settings =
        Map.of("bootstrap.servers", "localhost:9092", "rocksdb.memory.max.bytes", "33554432");

    assertThat(StreamsDefaults.of(new TopologyConfig(settings)))
        .containsEntry(RocksDbMemory.MAX_BYTES, 33_554_432L)
        .containsEntry(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, RocksDbMemory.class);
  }

  @Test
  void shouldSayWhatIsMissing() {
    RocksDbMemory memory = new RocksDbMemory();
    try (Options options = new Options()) {
      assertThatThrownBy(() -> memory.setConfig("any", options, Map.of()))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining(RocksDbMemory.MAX_BYTES);
    }
  }

  private static long buffers(List<RocksDB> stores) throws RocksDBException {
    long bytes = 0;
    for (RocksDB store : stores) {
      bytes += Long.parseLong(store.getProperty(BUFFERS));
    }
    return bytes;
  }

  private void write(RocksDBConfigSetter setter, Check check) throws RocksDBException {
    RocksDB.loadLibrary();
    List<Options> options = new ArrayList<>();
    List<RocksDB> stores = new ArrayList<>();
    try {
      for (int i = 0; i < STORES; i++) {
        Options own = new Options().setCreateIfMissing(true);
        own.setTableFormatConfig(new BlockBasedTableConfig());
        options.add(own);
        setter.setConfig("store-" + i, own, Map.of(RocksDbMemory.MAX_BYTES, LIMIT));
        stores.add(RocksDB.open(own, folder.resolve("store-" + i).toString()));
      }
      for (int value = 0; value < VALUES; value++) {
        byte[] key = Integer.toString(value).getBytes(StandardCharsets.UTF_8);
        for (RocksDB store : stores) {
          store.put(key, new byte[VALUE_BYTES]);
        }
      }
      check.of(stores);
    } finally {
      stores.forEach(RocksDB::close);
      options.forEach(Options::close);
    }
  }

  private interface Check {
    void of(List<RocksDB> stores) throws RocksDBException;
  }

  /** What RocksDB does by itself. */
  public static final class AsItComes implements RocksDBConfigSetter {
    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
      // Nothing is set.
    }

    @Override
    public void close(String storeName, Options options) {
      // Nothing was made.
    }
  }
}
