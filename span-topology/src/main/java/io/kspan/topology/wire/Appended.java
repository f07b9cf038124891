package io.kspan.topology.wire;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A component of a record that releases before did not write, and what their records have in its
 * place: a number ({@code 0} is also false), or nothing: null for a text or a record, no elements.
 *
 * <p>Only behind all others, and it stays for good: the records written before may still be there.
 */
@Target({ElementType.RECORD_COMPONENT, ElementType.FIELD})
@Retention(RetentionPolicy.RUNTIME)
public @interface Appended {
  /** Of a number, a flag, or a constant by its position. */
  long number() default 0;
}
