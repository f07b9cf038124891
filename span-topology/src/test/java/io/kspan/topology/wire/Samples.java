package io.kspan.topology.wire;

import io.kspan.topology.gather.RootMeta;
import io.kspan.topology.gather.RootMetaSerde;
import io.kspan.topology.model.Cause;
import io.kspan.topology.model.Cause.Direction;
import io.kspan.topology.model.Delivery;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.EventOccurrence.StampPrecision;
import io.kspan.topology.model.Lineage;
import io.kspan.topology.model.Mention;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectReference;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.ObjectState;
import io.kspan.topology.model.OwnerReference;
import io.kspan.topology.model.PlacedLink;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.model.SpecChange;
import io.kspan.topology.model.StatusFacts;
import io.kspan.topology.model.TraceContext;
import io.kspan.topology.model.WrittenChange;
import io.kspan.topology.model.WrittenGenerations;
import io.kspan.topology.place.IndexedObject;
import io.kspan.topology.place.IndexedObjectSerde;
import io.kspan.topology.place.PendingItem;
import io.kspan.topology.place.PendingItemSerde;
import io.kspan.topology.place.ReceivedVersion;
import io.kspan.topology.time.Watermark;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Values of everything that is written to stores and internal topics. Stateless. */
final class Samples {
  private static final long NUMBER = 1_770_000_000_123L;

  private Samples() {}

  /** A sample and the serde of the store or topic that holds it. */
  record Sample<T>(StateSerde<T, ?> serde, T value) {
    byte[] written() {
      return serde.serializer().serialize("", value);
    }

    /** The message of the value, as protobuf prints it. */
    String text() {
      return serde.toMessage(value).toString();
    }

    String hex() {
      return HexFormat.of().formatHex(written());
    }

    T read(byte[] bytes) {
      return serde.deserializer().deserialize("", bytes);
    }
  }

  /** One of every kind of record, by name. */
  static Map<String, Sample<?>> all() {
    Map<String, Sample<?>> all = new LinkedHashMap<>();
    Lineage lineage = Lineage.of(snapshot("ä", NUMBER, true));
    PlacedOccurrence placed =
        new PlacedOccurrence(
            event("e", NUMBER, true),
            involved("e", NUMBER, true),
            List.of(identity("owner", 0, false)),
            "namesake",
            3,
            List.of(new PlacedLink("related", identity("other", NUMBER, true), 4)));
    all.put("item.occurrence", item(new GatherItem.Occurrence(placed)));
    all.put(
        "item.occurrence.by-reference",
        item(
            new GatherItem.Occurrence(
                new PlacedOccurrence(
                    event("e", 0, false), identity("pod", 0, false), List.of(), "", 0))));
    all.put("item.snapshot", item(new GatherItem.Snapshot(snapshot("pod", NUMBER, true))));
    all.put("item.snapshot.of-a-root", item(new GatherItem.Snapshot(snapshot("", 0, false))));
    all.put("item.watermark", item(new GatherItem.Watermark(7, Long.MAX_VALUE)));
    all.put("lineage.known", lineage(new LineageRecord.Known("c", lineage)));
    all.put(
        "lineage.mentioned",
        lineage(
            new LineageRecord.Mentioned(
                "c", reference("n"), new Mention(NUMBER, 2, "e", identity("rs", 1, true)))));
    all.put(
        "lineage.first-events",
        lineage(
            new LineageRecord.FirstEvents(
                "c", "uid", reference("n"), List.of(new LineageRecord.Sighting(NUMBER, 2)))));
    all.put(
        "lineage.watermarks",
        lineage(
            new LineageRecord.Watermarks(
                7, Watermark.END_OF_INPUT, NUMBER, Watermark.NONE, NUMBER + 1)));
    all.put("lineage.delivered", lineage(new LineageRecord.Delivered(delivered("d", NUMBER))));
    all.put("lineage.watched-kind", lineage(new LineageRecord.WatchedKind("c", "Pod", NUMBER)));
    all.put(
        "indexed-object",
        new Sample<>(
            new IndexedObjectSerde(),
            new IndexedObject(
                lineage, List.of(new ReceivedVersion("rv", true, NUMBER, 5, -6, 7)), 0, 0)));
    all.put(
        "pending.occurrence",
        new Sample<>(
            new PendingItemSerde(),
            new PendingItem("c", event("e", NUMBER, false), null, true, null)));
    all.put(
        "pending.version",
        new Sample<>(
            new PendingItemSerde(),
            new PendingItem("c", null, snapshot("s", NUMBER, true), false, null)));
    all.put(
        "pending.deletion",
        new Sample<>(
            new PendingItemSerde(),
            new PendingItem(
                "c",
                null,
                null,
                true,
                new PendingItem.Deletion(identity("pod", NUMBER, true), NUMBER))));
    all.put("item.deletion", item(new GatherItem.Deletion("uid", NUMBER)));
    all.put(
        "lineage.list",
        lineage(new LineageRecord.WatchedKind("c", "Job", NUMBER, "batch", "ns", NUMBER - 1)));
    all.put(
        "indexed-object.missing",
        new Sample<>(
            new IndexedObjectSerde(),
            new IndexedObject(
                lineage,
                List.of(new ReceivedVersion("rv", false, NUMBER, 5, -6, 7)),
                NUMBER,
                NUMBER + 1)));
    all.put(
        "root-meta",
        new Sample<>(
            new RootMetaSerde(),
            new RootMeta(
                Long.MIN_VALUE,
                WrittenGenerations.NONE.and(
                    new TreeMap<>(Map.of(1L, WrittenChange.NONE, 2L, new WrittenChange("t", "s")))),
                NUMBER,
                NUMBER - 1,
                NUMBER + 1,
                NUMBER + 2,
                true)));
    return all;
  }

  private static Sample<GatherItem> item(GatherItem item) {
    return new Sample<>(new GatherItemSerde(), item);
  }

  private static Sample<LineageRecord> lineage(LineageRecord record) {
    return new Sample<>(new LineageRecordSerde(), record);
  }

  static ObjectReference reference(String text) {
    return new ObjectReference("Pod" + text, text + "ns", text + "name");
  }

  static ObjectIdentity identity(String text, long number, boolean seen) {
    return new ObjectIdentity(text + "uid", reference(text), text + "v1", seen, number);
  }

  /** What {@link #event} is about, as far as the event says. */
  static ObjectIdentity involved(String text, long number, boolean seen) {
    return new ObjectIdentity(text + "iuid", reference(text), text + "iv1", seen, number);
  }

  /** Every field has a value of its own, so that no two can be taken for each other. */
  static EventOccurrence event(String text, long number, boolean flag) {
    return new EventOccurrence(
        text + "euid",
        number,
        number + 1,
        number + 2,
        flag ? number + 2 : number + 3,
        flag ? StampPrecision.FINE : StampPrecision.SECOND_REFINED,
        number + 4,
        text + "event",
        reference(text),
        text + "iuid",
        text + "iv1",
        text + "rv",
        text + "path",
        text + "reason",
        text + "message",
        text + "type",
        text + "component",
        text + "host",
        flag,
        flag
            ? new Cause(
                new ObjectReference(text + "ckind", text + "ns", text + "cname"), Direction.DOWN)
            : null,
        text + "ens",
        new EventOccurrence.Stamp(flag ? number + 2 : number + 6, !flag),
        flag ? new EventOccurrence.Related(reference(text + "r"), text + "ruid") : null,
        flag ? traceContext(text) : null);
  }

  /** Likewise; the flags are two that differ, so {@code flag} decides which is set. */
  static ObjectSnapshot snapshot(String text, long number, boolean flag) {
    return new ObjectSnapshot(
        text + "uid",
        reference(text),
        text + "v1",
        number,
        number + 1,
        number + 2,
        flag,
        !flag,
        flag ? List.of(owner(text + "1"), owner(text + "2")) : List.of(),
        number + 3,
        text + "rv",
        flag ? null : new SpecChange(text + "manager", text + "operation", number + 4),
        flag ? ObjectState.SETTLED : ObjectState.SILENT,
        !flag,
        number + 5,
        new TreeMap<>(Map.of("fact" + text, text + "1", "another" + text, text + "2")),
        flag ? traceContext(text) : null,
        text + "node",
        number + 6,
        flag ? number + 7 : null,
        flag,
        number + 8,
        !flag,
        flag ? new ObjectReference(text + "sk", text + "ns", text + "sn") : null,
        new TreeMap<>(flag ? Map.of("label." + text, text + "value") : Map.of()),
        flag ? new Delivery(text + "did", delivered(text, number)) : null,
        flag ? facts(text, number) : StatusFacts.NONE);
  }

  private static StatusFacts facts(String text, long number) {
    return new StatusFacts(
        number + 11,
        number + 12,
        List.of(new StatusFacts.Condition(text + "ct", text + "cs", text + "cr", number + 13)),
        List.of(
            new StatusFacts.Container(
                text + "cn", true, text + "cw", run(text, number), null, number + 19)));
  }

  private static StatusFacts.Run run(String text, long number) {
    return new StatusFacts.Run(number + 14, number + 15, number + 16, number + 17, text + "rr");
  }

  private static Delivery.Change delivered(String text, long number) {
    return new Delivery.Change(identity(text + "first", number, true), number + 9, number + 10);
  }

  private static TraceContext traceContext(String text) {
    return new TraceContext(text + "trace", text + "span", text.length() + 1, text + "state");
  }

  private static OwnerReference owner(String text) {
    return new OwnerReference(text + "ov1", text + "ok", text + "on", text + "ouid");
  }
}
