package io.kspan.topology.capture;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * One watch event of a capture.
 *
 * @param receivedAt the receipt in milliseconds, derived if the file has none
 * @param type ADDED, MODIFIED or DELETED
 * @param resource the plural that the recorder wrote, else empty
 * @param object the Kubernetes object as served
 */
public record CaptureRecord(Instant receivedAt, String type, String resource, ObjectNode object) {}
