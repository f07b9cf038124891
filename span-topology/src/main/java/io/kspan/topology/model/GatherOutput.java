package io.kspan.topology.model;

/** What gather sends on. */
public sealed interface GatherOutput permits FinishedTrace, ChangeNotice {}
