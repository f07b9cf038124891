package io.kspan.topology.place;

import io.kspan.topology.wire.ModelMapping;
import io.kspan.topology.wire.StateSerde;
import io.kspan.topology.wire.proto.ObjectEntry;

/** Values of the store {@code known-objects}. Thread-safe. */
public final class IndexedObjectSerde extends StateSerde<IndexedObject, ObjectEntry> {
  /** A serde. */
  public IndexedObjectSerde() {
    super(ObjectEntry.parser());
  }

  @Override
  protected ObjectEntry toMessage(IndexedObject object) {
    ObjectEntry.Builder entry =
        ObjectEntry.newBuilder()
            .setLineage(ModelMapping.toMessage(object.lineage()))
            .setCopiedMillis(object.copiedMillis())
            .setMissingMillis(object.missingMillis());
    for (ReceivedVersion version : object.versions()) {
      entry.addVersions(
          ObjectEntry.Version.newBuilder()
              .setResourceVersion(version.resourceVersion())
              .setDeleted(version.deleted())
              .setReceiptMillis(version.receiptMillis())
              .setSequence(version.sequence())
              .setOwnerHash(version.ownerHash())
              .setStateHash(version.stateHash()));
    }
    return entry.build();
  }

  @Override
  protected IndexedObject fromMessage(ObjectEntry entry) {
    return new IndexedObject(
        ModelMapping.fromMessage(entry.getLineage()),
        entry.getVersionsList().stream().map(IndexedObjectSerde::fromMessage).toList(),
        entry.getCopiedMillis(),
        entry.getMissingMillis());
  }

  private static ReceivedVersion fromMessage(ObjectEntry.Version version) {
    return new ReceivedVersion(
        version.getResourceVersion(),
        version.getDeleted(),
        version.getReceiptMillis(),
        version.getSequence(),
        version.getOwnerHash(),
        version.getStateHash());
  }
}
