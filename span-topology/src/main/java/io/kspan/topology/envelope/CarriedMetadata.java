package io.kspan.topology.envelope;

import io.kspan.topology.model.ObjectSnapshot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The labels and annotations of objects that are carried to the spans. Immutable.
 *
 * @param labels keys of labels
 * @param annotations keys of annotations
 */
public record CarriedMetadata(List<String> labels, List<String> annotations) {
  public static final CarriedMetadata NONE = new CarriedMetadata(List.of(), List.of());

  public CarriedMetadata {
    labels = List.copyOf(labels);
    annotations = List.copyOf(annotations);
  }

  /** The names that a snapshot has them under: {@code label.KEY} and {@code annotation.KEY}. */
  public Set<String> names() {
    Set<String> names = new HashSet<>();
    labels.forEach(key -> names.add(ObjectSnapshot.LABEL + key));
    annotations.forEach(key -> names.add(ObjectSnapshot.ANNOTATION + key));
    return names;
  }

  /** What is in either, without repeats. */
  public CarriedMetadata and(CarriedMetadata more) {
    return new CarriedMetadata(union(labels, more.labels), union(annotations, more.annotations));
  }

  private static List<String> union(List<String> some, List<String> more) {
    List<String> all = new ArrayList<>(some);
    more.stream().filter(key -> !some.contains(key)).forEach(all::add);
    return all;
  }
}
