package io.kspan.topology.model;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Attributes of a span, a link or a resource, sorted by key, so that equal spans have equal bytes.
 *
 * <p>Immutable and thread-safe. Arrays instead of a tree, and no object per key as OpenTelemetry's
 * class has: attributes are most of what a large trace holds.
 *
 * <p>Values are {@link String}, {@link Long}, {@link Boolean}, {@link Double} or a {@link
 * java.util.List} of strings, never null.
 */
public final class Attributes extends AbstractMap<String, Object> {
  /** No attributes. */
  public static final Attributes NONE = new Builder().build();

  private final String[] keys;
  private final Object[] values;

  private Attributes(String[] keys, Object[] values) {
    this.keys = keys;
    this.values = values;
  }

  /** Attributes under construction. Not thread-safe. */
  public static final class Builder {
    private static final int USUAL = 24;

    private String[] keys = new String[USUAL];
    private Object[] values = new Object[USUAL];
    private int size;

    /** Sets an attribute, in place of another of that key. */
    public Builder put(String key, Object value) {
      int found = Arrays.binarySearch(keys, 0, size, key);
      if (found >= 0) {
        values[found] = value;
        return this;
      }
      if (size == keys.length) {
        keys = Arrays.copyOf(keys, 2 * size);
        values = Arrays.copyOf(values, 2 * size);
      }
      int at = -found - 1;
      System.arraycopy(keys, at, keys, at + 1, size - at);
      System.arraycopy(values, at, values, at + 1, size - at);
      keys[at] = key;
      values[at] = value;
      size++;
      return this;
    }

    /** Sets all attributes of {@code map}. */
    public Builder putAll(Map<String, ?> map) {
      map.forEach(this::put);
      return this;
    }

    /** Removes the attributes whose keys are meant by {@code filter}. */
    public Builder removeIf(Predicate<String> filter) {
      int kept = 0;
      for (int i = 0; i < size; i++) {
        if (!filter.test(keys[i])) {
          keys[kept] = keys[i];
          values[kept++] = values[i];
        }
      }
      size = kept;
      return this;
    }

    /** The attributes; more can be put into this for others. */
    public Attributes build() {
      return new Attributes(Arrays.copyOf(keys, size), Arrays.copyOf(values, size));
    }
  }

  /** The same attributes as a map has. */
  public static Attributes copyOf(Map<String, ?> map) {
    return new Builder().putAll(map).build();
  }

  /** For attributes that are nearly the same. */
  public Builder toBuilder() {
    return new Builder().putAll(this);
  }

  @Override
  public Object get(Object key) {
    int found = Arrays.binarySearch(keys, key);
    return found < 0 ? null : values[found];
  }

  /** The value as text, empty without that attribute. */
  public String text(String key) {
    Object value = get(key);
    return value == null ? "" : value.toString();
  }

  @Override
  public boolean containsKey(Object key) {
    return Arrays.binarySearch(keys, key) >= 0;
  }

  @Override
  public void forEach(BiConsumer<? super String, ? super Object> action) {
    for (int i = 0; i < keys.length; i++) {
      action.accept(keys[i], values[i]);
    }
  }

  @Override
  public Set<Map.Entry<String, Object>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Map.Entry<String, Object>> iterator() {
        return IntStream.range(0, keys.length)
            .mapToObj(i -> Map.entry(keys[i], values[i]))
            .iterator();
      }

      @Override
      public int size() {
        return keys.length;
      }
    };
  }
}
