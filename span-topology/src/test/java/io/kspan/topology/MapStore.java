package io.kspan.topology;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * A store that keeps bytes, ordered as in RocksDB. Kafka Streams' own one in memory registers
 * metrics whenever it is opened, which takes longer than most tests use it.
 *
 * <p>Iterators see what was in it when they were asked for. Not thread-safe.
 */
public final class MapStore<K, V> implements KeyValueStore<K, V> {
  private final String name;
  private final Serde<K> keys;
  private final Serde<V> values;
  private final NavigableMap<Bytes, byte[]> content = new TreeMap<>();

  /** An empty one. */
  public MapStore(String name, Serde<K> keys, Serde<V> values) {
    this.name = name;
    this.keys = keys;
    this.values = values;
  }

  /** What it holds, to be read and altered. */
  public NavigableMap<Bytes, byte[]> content() {
    return content;
  }

  private Bytes bytes(K key) {
    return Bytes.wrap(keys.serializer().serialize(name, key));
  }

  private V value(byte[] bytes) {
    return bytes == null ? null : values.deserializer().deserialize(name, bytes);
  }

  @Override
  public V get(K key) {
    return value(content.get(bytes(key)));
  }

  @Override
  public void put(K key, V value) {
    if (value == null) {
      content.remove(bytes(key));
    } else {
      content.put(bytes(key), values.serializer().serialize(name, value));
    }
  }

  @Override
  public V putIfAbsent(K key, V value) {
    V old = get(key);
    if (old == null) {
      put(key, value);
    }
    return old;
  }

  @Override
  public void putAll(List<KeyValue<K, V>> entries) {
    entries.forEach(entry -> put(entry.key, entry.value));
  }

  @Override
  public V delete(K key) {
    return value(content.remove(bytes(key)));
  }

  @Override
  public KeyValueIterator<K, V> all() {
    return new Entries(content);
  }

  @Override
  public KeyValueIterator<K, V> range(K from, K to) {
    return new Entries(part(from, to));
  }

  @Override
  public KeyValueIterator<K, V> reverseRange(K from, K to) {
    return new Entries(part(from, to).descendingMap());
  }

  private NavigableMap<Bytes, byte[]> part(K from, K to) {
    NavigableMap<Bytes, byte[]> part = content;
    if (from != null) {
      part = part.tailMap(bytes(from), true);
    }
    if (to != null) {
      Bytes last = bytes(to);
      boolean empty = from != null && bytes(from).compareTo(last) > 0;
      part = empty ? new TreeMap<>() : part.headMap(last, true);
    }
    return part;
  }

  @Override
  public <S extends Serializer<P>, P> KeyValueIterator<K, V> prefixScan(P prefix, S serializer) {
    byte[] start = serializer.serialize(name, prefix);
    NavigableMap<Bytes, byte[]> part = new TreeMap<>();
    for (Map.Entry<Bytes, byte[]> entry : content.tailMap(Bytes.wrap(start), true).entrySet()) {
      if (!startsWith(entry.getKey().get(), start)) {
        break;
      }
      part.put(entry.getKey(), entry.getValue());
    }
    return new Entries(part);
  }

  private static boolean startsWith(byte[] key, byte[] start) {
    return key.length >= start.length
        && Arrays.equals(key, 0, start.length, start, 0, start.length);
  }

  @Override
  public long approximateNumEntries() {
    return content.size();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {}

  @Override
  public void close() {}

  @Override
  public boolean persistent() {
    return false;
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  private final class Entries implements KeyValueIterator<K, V> {
    private final Deque<Map.Entry<Bytes, byte[]>> left;

    Entries(NavigableMap<Bytes, byte[]> part) {
      left = new ArrayDeque<>(part.size());
      part.forEach((key, value) -> left.add(Map.entry(key, value)));
    }

    @Override
    public boolean hasNext() {
      return !left.isEmpty();
    }

    @Override
    public KeyValue<K, V> next() {
      Map.Entry<Bytes, byte[]> next = left.remove();
      return KeyValue.pair(key(next.getKey()), value(next.getValue()));
    }

    @Override
    public K peekNextKey() {
      return key(left.getFirst().getKey());
    }

    private K key(Bytes bytes) {
      return keys.deserializer().deserialize(name, bytes.get());
    }

    @Override
    public void close() {}
  }
}
