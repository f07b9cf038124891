package io.kspan.topology.wire;

import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import org.apache.kafka.common.errors.SerializationException;

/**
 * A record as a block of its fields in the order of declaration; null as an empty block.
 *
 * <p>New fields come last and are {@link Appended}: who does not know them skips them, and a record
 * that was written without them has what they declare.
 */
final class RecordFormat implements Format<Object> {
  private final Method[] accessors;
  private final Constructor<?> constructor;
  private final Format<Object>[] fields;
  // Of each field; null if it was always there.
  private final Appended[] appended;

  private RecordFormat(
      Method[] accessors,
      Constructor<?> constructor,
      Format<Object>[] fields,
      Appended[] appended) {
    this.accessors = accessors;
    this.constructor = constructor;
    this.fields = fields;
    this.appended = appended;
  }

  /** The format of a public record. */
  static RecordFormat of(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      Method[] accessors =
          Arrays.stream(components).map(RecordComponent::getAccessor).toArray(Method[]::new);
      Constructor<?> constructor = type.getConstructor(types);
      // Public anyway; said once, it is not checked at every call.
      AccessibleObject.setAccessible(accessors, true);
      constructor.setAccessible(true);
      return new RecordFormat(
          accessors, constructor, formats(components), appended(type, components));
    } catch (NoSuchMethodException e) {
      throw new IllegalArgumentException("no format for " + type + ", which is not public", e);
    }
  }

  @SuppressWarnings("unchecked")
  private static Format<Object>[] formats(RecordComponent[] components) {
    return Arrays.stream(components)
        .map(component -> (Format<Object>) Formats.of(component.getGenericType()))
        .toArray(Format[]::new);
  }

  private static Appended[] appended(Class<?> type, RecordComponent[] components) {
    Appended[] appended = new Appended[components.length];
    for (int i = 0; i < components.length; i++) {
      appended[i] = components[i].getAnnotation(Appended.class);
      if (appended[i] == null && i > 0 && appended[i - 1] != null) {
        throw new IllegalArgumentException(
            "no format for %s: '%s' comes behind '%s', which was appended later"
                .formatted(type, components[i].getName(), components[i - 1].getName()));
      }
    }
    return appended;
  }

  @Override
  public void write(Object value, WireOutput out) {
    int block = out.beginBlock();
    if (value != null) {
      for (int i = 0; i < fields.length; i++) {
        fields[i].write(field(i, value), out);
      }
    }
    out.endBlock(block);
  }

  private Object field(int number, Object value) {
    try {
      return accessors[number].invoke(value);
    } catch (IllegalAccessException | InvocationTargetException e) {
      // No SerializationException: that would say that a store or a topic is to blame.
      throw new IllegalArgumentException("cannot write " + value, e);
    }
  }

  @Override
  public Object read(WireInput in) {
    int outer = in.beginBlock();
    Object value = in.atEnd() ? null : readFields(in);
    in.endBlock(outer);
    return value;
  }

  private Object readFields(WireInput in) {
    Object[] values = new Object[fields.length];
    for (int i = 0; i < fields.length; i++) {
      Appended later = appended[i];
      values[i] =
          later != null && in.atEnd() ? fields[i].absent(later.number()) : fields[i].read(in);
    }
    try {
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new SerializationException("cannot read: " + constructor.getName(), e);
    }
  }
}
