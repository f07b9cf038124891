package io.kspan.connect.watch;

import com.fasterxml.jackson.databind.JsonNode;
import io.kspan.connect.record.ResourceId;
import java.util.Optional;

/** What the API server says about its resources. Safe for many threads. */
final class ApiDiscovery {
  private final ApiClient api;

  ApiDiscovery(ApiClient api) {
    this.api = api;
  }

  /** How a resource is called in references, and whether it has namespaces. */
  record ApiResource(String kind, boolean namespaced) {}

  /** Empty when the server has no such resource, perhaps not yet. */
  Optional<ApiResource> find(ResourceId resource) throws FeedFailure, InterruptedException {
    JsonNode served;
    try {
      served = api.getObject(resource.groupVersionPath()).path("resources");
    } catch (FeedFailure.Refused refused) {
      if (refused.code() == 404) {
        return Optional.empty();
      }
      throw refused;
    }
    for (JsonNode one : served) {
      if (resource.plural().equals(one.path("name").asText())) {
        return Optional.of(
            new ApiResource(one.path("kind").asText(), one.path("namespaced").asBoolean()));
      }
    }
    return Optional.empty();
  }
}
