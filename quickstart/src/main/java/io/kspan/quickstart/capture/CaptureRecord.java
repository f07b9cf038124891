package io.kspan.quickstart.capture;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * One watch event of a capture.
 *
 * @param receivedAt when it was received, to the millisecond; derived where the file does not say
 * @param type ADDED, MODIFIED or DELETED
 * @param resource the plural the recorder noted, else empty
 * @param object the Kubernetes object as served
 */
public record CaptureRecord(Instant receivedAt, String type, String resource, ObjectNode object) {}
