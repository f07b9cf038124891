package io.kspan.topology.wire;

/** What placing forwards: an item for gather, or a record of the lineage topic (null deletes). */
public sealed interface PlaceOutput permits GatherItem, LineageRecord {}
