package io.kspan.topology.assemble;

import io.kspan.topology.model.ObjectSnapshot;
import java.util.List;

/**
 * What the root went through: what its root span tells.
 *
 * @param session that is written
 * @param rootSnapshots of the root, by receipt
 * @param timeline state of the whole tree
 */
record History(Session session, List<ObjectSnapshot> rootSnapshots, StateTimeline timeline) {}
