package io.kspan.topology.wire;

import io.kspan.topology.model.Mention;
import io.kspan.topology.model.ObjectReference;
import io.kspan.topology.time.Watermark;
import io.kspan.topology.wire.proto.LineageEntry;

/** Values of the lineage topic, its store, and the first events of a task. Thread-safe. */
public final class LineageRecordSerde extends StateSerde<LineageRecord, LineageEntry> {
  /** A serde for all kinds of lineage records. */
  public LineageRecordSerde() {
    super(LineageEntry.parser());
  }

  @Override
  protected LineageEntry toMessage(LineageRecord record) {
    LineageEntry.Builder entry = LineageEntry.newBuilder();
    if (record instanceof LineageRecord.Known known) {
      entry.setKnown(
          LineageEntry.Known.newBuilder()
              .setCluster(known.cluster())
              .setLineage(ModelMapping.toMessage(known.lineage())));
    } else if (record instanceof LineageRecord.Mentioned mentioned) {
      entry.setMentioned(
          LineageEntry.Mentioned.newBuilder()
              .setCluster(mentioned.cluster())
              .setKind(mentioned.named().kind())
              .setNamespace(mentioned.named().namespace())
              .setName(mentioned.named().name())
              .setTimeNanos(mentioned.mention().timeNanos())
              .setReceiptMillis(mentioned.mention().receiptMillis())
              .setEventId(mentioned.mention().eventId())
              .setBy(ModelMapping.toMessage(mentioned.mention().by())));
    } else if (record instanceof LineageRecord.FirstEvents first) {
      LineageEntry.FirstEvents.Builder message =
          LineageEntry.FirstEvents.newBuilder()
              .setCluster(first.cluster())
              .setUid(first.uid())
              .setKind(first.reference().kind())
              .setNamespace(first.reference().namespace())
              .setName(first.reference().name());
      for (LineageRecord.Sighting event : first.events()) {
        message.addEvents(
            LineageEntry.Sighting.newBuilder()
                .setReceiptMillis(event.receiptMillis())
                .setTimeNanos(event.timeNanos()));
      }
      entry.setFirstEvents(message);
    } else if (record instanceof LineageRecord.Watermarks watermarks) {
      entry.setWatermarks(toMessage(watermarks));
    } else if (record instanceof LineageRecord.WatchedKind watched) {
      entry.setWatchedKind(
          LineageEntry.WatchedKind.newBuilder()
              .setCluster(watched.cluster())
              .setKind(watched.kind())
              .setSinceMillis(watched.sinceMillis())
              .setGroup(watched.group())
              .setNamespace(watched.namespace())
              .setStartedMillis(watched.startedMillis()));
    } else if (record instanceof LineageRecord.Delivered delivered) {
      entry.setDelivered(ModelMapping.toMessage(delivered.change()));
    }
    return entry.build();
  }

  @Override
  protected LineageRecord fromMessage(LineageEntry entry) {
    return switch (entry.getKindCase()) {
      case KNOWN ->
          new LineageRecord.Known(
              entry.getKnown().getCluster(),
              ModelMapping.fromMessage(entry.getKnown().getLineage()));
      case MENTIONED -> fromMessage(entry.getMentioned());
      case FIRST_EVENTS -> fromMessage(entry.getFirstEvents());
      case WATERMARKS -> fromMessage(entry.getWatermarks());
      case WATCHED_KIND -> fromMessage(entry.getWatchedKind());
      case DELIVERED -> new LineageRecord.Delivered(ModelMapping.fromMessage(entry.getDelivered()));
      case KIND_NOT_SET -> throw unknownKind(entry);
    };
  }

  private static LineageEntry.Watermarks toMessage(LineageRecord.Watermarks watermarks) {
    LineageEntry.Watermarks.Builder message =
        LineageEntry.Watermarks.newBuilder().setSource(watermarks.source());
    if (watermarks.read() != Watermark.NONE) {
      message.setReadMillis(watermarks.read());
    }
    if (watermarks.complete() != Watermark.NONE) {
      message.setCompleteMillis(watermarks.complete());
    }
    if (watermarks.decided() != Watermark.NONE) {
      message.setDecidedMillis(watermarks.decided());
    }
    if (watermarks.newestMillis() != Watermark.NONE) {
      message.setNewestMillis(watermarks.newestMillis());
    }
    return message.build();
  }

  private static LineageRecord fromMessage(LineageEntry.Watermarks message) {
    return new LineageRecord.Watermarks(
        message.getSource(),
        message.hasReadMillis() ? message.getReadMillis() : Watermark.NONE,
        message.hasCompleteMillis() ? message.getCompleteMillis() : Watermark.NONE,
        message.hasDecidedMillis() ? message.getDecidedMillis() : Watermark.NONE,
        message.hasNewestMillis() ? message.getNewestMillis() : Watermark.NONE);
  }

  private static LineageRecord fromMessage(LineageEntry.Mentioned message) {
    return new LineageRecord.Mentioned(
        message.getCluster(),
        new ObjectReference(message.getKind(), message.getNamespace(), message.getName()),
        new Mention(
            message.getTimeNanos(),
            message.getReceiptMillis(),
            message.getEventId(),
            ModelMapping.fromMessage(message.getBy())));
  }

  private static LineageRecord fromMessage(LineageEntry.FirstEvents message) {
    return new LineageRecord.FirstEvents(
        message.getCluster(),
        message.getUid(),
        new ObjectReference(message.getKind(), message.getNamespace(), message.getName()),
        message.getEventsList().stream()
            .map(e -> new LineageRecord.Sighting(e.getReceiptMillis(), e.getTimeNanos()))
            .toList());
  }

  private static LineageRecord fromMessage(LineageEntry.WatchedKind message) {
    return new LineageRecord.WatchedKind(
        message.getCluster(),
        message.getKind(),
        message.getSinceMillis(),
        message.getGroup(),
        message.getNamespace(),
        message.getStartedMillis());
  }
}
