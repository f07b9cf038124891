package io.kspan.topology.assemble;

import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.TraceContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * What the snapshots of a tree say of each object: its node, labels and trace context, when its
 * status changed, when it was born, terminated and deleted.
 *
 * <p>Immutable after construction.
 */
final class TreeObjects {
  private final Map<String, Versions> byUid = new LinkedHashMap<>();
  private final long untilNanos;
  private boolean hasTraceContexts;

  /** The versions of one object. */
  private static final class Versions {
    private final List<ObjectSnapshot> all = new ArrayList<>();
    // Versions whose labels or trace context differ from the version before; most objects have one.
    private final List<ObjectSnapshot> described = new ArrayList<>(1);
    private final List<Long> changes = new ArrayList<>(2);
    private String nodeName = "";
    private long firstNanos = Times.NEVER;
    private long terminatedNanos = Times.NEVER;
    private long terminatingNanos = Times.NEVER;
    private long deletedNanos = Times.NEVER;

    /** Null before the first is added. */
    ObjectSnapshot newest() {
      return all.isEmpty() ? null : all.get(all.size() - 1);
    }

    void add(ObjectSnapshot next) {
      long receipt = Times.ofMillis(next.receiptMillis());
      ObjectSnapshot last = newest();
      all.add(next);
      if (last != null
          && (last.statusHash() != next.statusHash() || last.deleted() != next.deleted())) {
        changes.add(receipt);
      }
      if (last == null
          || !last.labels().equals(next.labels())
          || !Objects.equals(last.traceContext(), next.traceContext())) {
        described.add(next);
      }
      firstNanos = Math.min(firstNanos, receipt);
      if (next.terminated()) {
        terminatedNanos = Math.min(terminatedNanos, receipt);
      }
      if (next.terminating() || next.deleted()) {
        terminatingNanos = Math.min(terminatingNanos, receipt);
      }
      if (next.deleted()) {
        deletedNanos = Math.min(deletedNanos, receipt);
      }
      if (!next.nodeName().isEmpty()) {
        nodeName = next.nodeName();
      }
    }
  }

  /**
   * The objects in {@code snapshots}.
   *
   * @param snapshots by receipt
   * @param untilNanos changes of status from then on do not count
   */
  TreeObjects(List<ObjectSnapshot> snapshots, long untilNanos) {
    this.untilNanos = untilNanos;
    for (ObjectSnapshot snapshot : snapshots) {
      byUid.computeIfAbsent(snapshot.uid(), uid -> new Versions()).add(snapshot);
      hasTraceContexts |= snapshot.traceContext() != null;
    }
  }

  /** All versions of each object, by receipt. */
  Stream<List<ObjectSnapshot>> versions() {
    return byUid.values().stream().map(versions -> versions.all);
  }

  /** The versions of one object, by receipt; none if it was not seen. */
  List<ObjectSnapshot> versions(String uid) {
    Versions versions = byUid.get(uid);
    return versions == null ? List.of() : versions.all;
  }

  /** The newest version of an object; null if it was not seen. */
  ObjectSnapshot newest(String uid) {
    Versions versions = byUid.get(uid);
    return versions == null ? null : versions.newest();
  }

  /** The node of a pod; empty for other kinds, and for a pod that was not seen on a node. */
  String nodeName(String uid) {
    Versions versions = byUid.get(uid);
    return versions == null ? "" : versions.nodeName;
  }

  /** The labels of an object as received up to {@code millis}, else the first that were. */
  SortedMap<String, String> labels(String uid, long millis) {
    ObjectSnapshot version = describedAt(uid, millis);
    return version == null ? Collections.emptySortedMap() : version.labels();
  }

  /** The trace context of an object, likewise; null without one. */
  TraceContext traceContext(String uid, long millis) {
    // Most trees have none, and every Event of a tree asks for it.
    ObjectSnapshot version = hasTraceContexts ? describedAt(uid, millis) : null;
    return version == null ? null : version.traceContext();
  }

  private ObjectSnapshot describedAt(String uid, long millis) {
    Versions versions = byUid.get(uid);
    if (versions == null) {
      return null;
    }
    ObjectSnapshot found = versions.described.get(0);
    for (ObjectSnapshot version : versions.described) {
      found = version.receiptMillis() <= millis ? version : found;
    }
    return found;
  }

  /**
   * Rule 3.5: an object is deleted at the receipt of its {@code DELETED}, since deletionTimestamp
   * lies in the future; never if it was not deleted.
   */
  long deletedNanos(String uid) {
    Versions versions = byUid.get(uid);
    return versions == null ? Times.NEVER : versions.deletedNanos;
  }

  /** When an object was born, as far as the tree knows. */
  long bornNanos(ObjectIdentity object) {
    Versions versions = byUid.get(object.uid());
    return object.bornNanos(versions == null ? Times.NEVER : versions.firstNanos);
  }

  /** The receipt at which the object had first run to its end; never without one. */
  long terminatedNanos(String uid) {
    Versions versions = byUid.get(uid);
    return versions == null ? Times.NEVER : versions.terminatedNanos;
  }

  /** The receipt from which on the object was terminating or deleted; never without one. */
  long terminatingNanos(String uid) {
    Versions versions = byUid.get(uid);
    return versions == null ? Times.NEVER : versions.terminatingNanos;
  }

  /** The first change of the object's status after {@code timeNanos}; never if there is none. */
  long statusChangeAfter(String uid, long timeNanos) {
    Versions versions = byUid.get(uid);
    if (versions != null) {
      // An object changes a few times, so a loop is fastest.
      for (long change : versions.changes) {
        if (change > timeNanos) {
          return change >= untilNanos ? Times.NEVER : change;
        }
      }
    }
    return Times.NEVER;
  }
}
