package io.kspan.topology.wire;

import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.PlacedLink;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.wire.proto.ItemEntry;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;

/** Values of the topic between placing and gather, and of gather's items. Thread-safe. */
public final class GatherItemSerde extends StateSerde<GatherItem, ItemEntry> {
  /** A serde for all kinds of items. */
  public GatherItemSerde() {
    super(ItemEntry.parser());
  }

  /** A serde that reads every item as a {@link GatherItem.Received}. */
  public static Serde<GatherItem> keepingBytes() {
    GatherItemSerde serde = new GatherItemSerde();
    Deserializer<GatherItem> items = serde.deserializer();
    return Serdes.serdeFrom(
        serde.serializer(),
        (topic, bytes) ->
            bytes == null ? null : new GatherItem.Received(items.deserialize(topic, bytes), bytes));
  }

  @Override
  public Serializer<GatherItem> serializer() {
    Serializer<GatherItem> items = super.serializer();
    return (topic, item) ->
        item instanceof GatherItem.Received received
            ? received.bytes()
            : items.serialize(topic, item);
  }

  @Override
  protected ItemEntry toMessage(GatherItem item) {
    ItemEntry.Builder entry = ItemEntry.newBuilder();
    if (item instanceof GatherItem.Occurrence occurrence) {
      entry.setOccurrence(toMessage(occurrence.placed()));
    } else if (item instanceof GatherItem.Snapshot snapshot) {
      entry.setSnapshot(ModelMapping.toMessage(snapshot.object()));
    } else if (item instanceof GatherItem.Watermark watermark) {
      entry.setWatermark(
          ItemEntry.Watermark.newBuilder()
              .setPartition(watermark.partition())
              .setMillis(watermark.millis()));
    } else if (item instanceof GatherItem.Deletion deletion) {
      entry.setDeletion(
          ItemEntry.Deletion.newBuilder().setUid(deletion.uid()).setMillis(deletion.millis()));
    }
    return entry.build();
  }

  @Override
  protected GatherItem fromMessage(ItemEntry entry) {
    return switch (entry.getKindCase()) {
      case OCCURRENCE -> new GatherItem.Occurrence(fromMessage(entry.getOccurrence()));
      case SNAPSHOT -> new GatherItem.Snapshot(ModelMapping.fromMessage(entry.getSnapshot()));
      case WATERMARK ->
          new GatherItem.Watermark(
              entry.getWatermark().getPartition(), entry.getWatermark().getMillis());
      case DELETION ->
          new GatherItem.Deletion(entry.getDeletion().getUid(), entry.getDeletion().getMillis());
      case KIND_NOT_SET -> throw unknownKind(entry);
    };
  }

  private static ItemEntry.Occurrence toMessage(PlacedOccurrence placed) {
    ObjectIdentity object = placed.object();
    ItemEntry.Occurrence.Builder message =
        ItemEntry.Occurrence.newBuilder()
            .setEvent(ModelMapping.toMessage(placed.event()))
            .setSeen(object.seen())
            .setCreationNanos(object.creationNanos())
            .setInferred(placed.inferred())
            .setUnseen(placed.unseen());
    if (!object.equals(involved(placed.event(), object.seen(), object.creationNanos()))) {
      message.setObject(ModelMapping.toMessage(object));
    }
    for (ObjectIdentity owner : placed.owners()) {
      message.addOwners(ModelMapping.toMessage(owner));
    }
    for (PlacedLink link : placed.links()) {
      message.addLinks(
          ItemEntry.Occurrence.Link.newBuilder()
              .setWord(link.word())
              .setRoot(ModelMapping.toMessage(link.root()))
              .setGeneration(link.generation()));
    }
    return message.build();
  }

  private static PlacedOccurrence fromMessage(ItemEntry.Occurrence message) {
    EventOccurrence event = ModelMapping.fromMessage(message.getEvent());
    List<ObjectIdentity> owners = new ArrayList<>(message.getOwnersCount());
    message.getOwnersList().forEach(owner -> owners.add(ModelMapping.fromMessage(owner)));
    return new PlacedOccurrence(
        event,
        message.hasObject()
            ? ModelMapping.fromMessage(message.getObject())
            : involved(event, message.getSeen(), message.getCreationNanos()),
        owners,
        message.getInferred(),
        message.getUnseen(),
        message.getLinksList().stream()
            .map(
                link ->
                    new PlacedLink(
                        link.getWord(),
                        ModelMapping.fromMessage(link.getRoot()),
                        link.getGeneration()))
            .toList());
  }

  private static ObjectIdentity involved(EventOccurrence event, boolean seen, long creationNanos) {
    return new ObjectIdentity(
        event.involvedUid(), event.involved(), event.involvedApiVersion(), seen, creationNanos);
  }
}
