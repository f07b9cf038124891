package io.kspan.topology.wire;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.apache.kafka.common.errors.SerializationException;

/** The format of each type that fields of the model have. */
final class Formats {
  private Formats() {}

  /**
   * The format of {@code type}: a record, a sealed interface of records, an enum, a text, a number,
   * a flag, or a list or sorted map of such.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  static Format<?> of(Type type) {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      if (generic.getRawType() == List.class) {
        return list(of(arguments[0]));
      }
      if (generic.getRawType() == SortedMap.class) {
        return map(of(arguments[0]), of(arguments[1]));
      }
    }
    if (type instanceof Class<?> plain) {
      return ofClass(plain);
    }
    throw new IllegalArgumentException("no format for " + type);
  }

  private static Format<?> ofClass(Class<?> type) {
    if (type == String.class) {
      return format((text, out) -> out.writeText(text), WireInput::readText);
    }
    if (type == long.class || type == Long.class) {
      return format(
          (number, out) -> out.writeNumber(number), WireInput::readNumber, absent -> absent);
    }
    if (type == int.class) {
      return format(
          (number, out) -> out.writeNumber(number),
          in -> (int) in.readNumber(),
          absent -> (int) absent);
    }
    if (type == boolean.class) {
      return format(
          (flag, out) -> out.writeByte(flag ? 1 : 0),
          in -> in.readByte() == 1,
          absent -> absent != 0);
    }
    if (type.isEnum()) {
      return constants(type.getEnumConstants());
    }
    if (type.isRecord()) {
      return RecordFormat.of(type);
    }
    if (type.isSealed()) {
      return oneOf(type.getPermittedSubclasses());
    }
    throw new IllegalArgumentException("no format for " + type);
  }

  /** By their number: new ones come last. */
  private static Format<Object> constants(Object[] all) {
    return format(
        (constant, out) -> out.writeNumber(((Enum<?>) constant).ordinal()),
        in -> {
          long number = in.readNumber();
          if (number < 0 || number >= all.length) {
            throw new SerializationException("cannot read: number " + number + " of " + all.length);
          }
          return all[(int) number];
        },
        absent -> all[(int) absent]);
  }

  /** By their number in {@code permits}: new ones come last. */
  private static Format<Object> oneOf(Class<?>[] permitted) {
    List<Class<?>> types = List.of(permitted);
    List<RecordFormat> formats = types.stream().map(RecordFormat::of).toList();
    return format(
        (value, out) -> {
          int number = types.indexOf(value.getClass());
          out.writeByte(number);
          formats.get(number).write(value, out);
        },
        in -> {
          int number = in.readByte();
          if (number >= formats.size()) {
            throw new SerializationException(
                "cannot read: kind %d of record; run the release that wrote it, or a later one"
                    .formatted(number));
          }
          return formats.get(number).read(in);
        });
  }

  private static <T> Format<List<T>> list(Format<T> elements) {
    return format(
        (list, out) -> {
          out.writeCount(list.size());
          list.forEach(element -> elements.write(element, out));
        },
        in -> {
          int count = in.readCount();
          List<T> list = new ArrayList<>(count);
          for (int i = 0; i < count; i++) {
            list.add(elements.read(in));
          }
          return list;
        },
        absent -> List.of());
  }

  private static <K, V> Format<SortedMap<K, V>> map(Format<K> keys, Format<V> values) {
    return format(
        (map, out) -> {
          out.writeCount(map.size());
          for (Map.Entry<K, V> entry : map.entrySet()) {
            keys.write(entry.getKey(), out);
            values.write(entry.getValue(), out);
          }
        },
        in -> {
          int count = in.readCount();
          SortedMap<K, V> map = new TreeMap<>();
          for (int i = 0; i < count; i++) {
            map.put(keys.read(in), values.read(in));
          }
          return map;
        },
        absent -> Collections.emptySortedMap());
  }

  private static <T> Format<T> format(
      BiConsumer<T, WireOutput> writer, Function<WireInput, T> reader) {
    return format(writer, reader, absent -> null);
  }

  private static <T> Format<T> format(
      BiConsumer<T, WireOutput> writer,
      Function<WireInput, T> reader,
      LongFunction<T> ofRecordsBefore) {
    return new Format<>() {
      @Override
      public void write(T value, WireOutput out) {
        writer.accept(value, out);
      }

      @Override
      public T read(WireInput in) {
        return reader.apply(in);
      }

      @Override
      public T absent(long number) {
        return ofRecordsBefore.apply(number);
      }
    };
  }
}
