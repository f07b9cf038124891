package io.kspan.connect.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvelopeMapperTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant RECEIPT = Instant.parse("2026-11-20T20:17:41.340900Z");

  @Test
  void shouldWriteTheEnvelopeInItsOrderWithThreeFractionDigits() throws Exception {
    MappedRecord mapped = mapper(Projection.SAFE).map(WatchType.ADDED, pod(), RECEIPT).get(0);

    assertThat(mapped.value())
        .startsWith(
            "{\"type\":\"ADDED\",\"cluster\":\"c\",\"observedAt\":\"2026-11-20T20:17:41.340Z\",\"object\":{");
    assertThat(mapped.timestampMillis())
        .isEqualTo(Instant.parse("2026-11-20T20:17:41.340Z").toEpochMilli());
    assertThat(mapped.topic()).isEqualTo("k8s.objects");
  }

  @Test
  void shouldKeyAnEventAsTheObjectItIsAbout() throws Exception {
    ObjectNode deployment =
        object(
            "{'kind':'Deployment','apiVersion':'apps/v1','metadata':{'name':'web','namespace':'n'}}");
    ObjectNode event =
        object(
            "{'kind':'Event','apiVersion':'v1','metadata':{'name':'web.1','namespace':'n'},"
                + "'involvedObject':{'kind':'Deployment','apiVersion':'apps/v1','name':'web','namespace':'n'}}");
    ObjectNode newEvent =
        object(
            "{'kind':'Event','apiVersion':'events.k8s.io/v1','metadata':{'name':'web.1','namespace':'n'},"
                + "'regarding':{'kind':'Deployment','apiVersion':'apps/v1','name':'web','namespace':'n'}}");

    assertThat(List.of(only(deployment).key(), only(event).key(), only(newEvent).key()))
        .containsOnly("c/n/Deployment.apps/web");
    assertThat(only(event).topic()).isEqualTo("k8s.events");
    assertThat(only(newEvent).topic()).isEqualTo("k8s.events");
  }

  @Test
  void shouldKeyClusterScopedObjectsWithoutNamespaceWhateverTheEventSays() throws Exception {
    ObjectNode node = object("{'kind':'Node','apiVersion':'v1','metadata':{'name':'node1'}}");
    ObjectNode aboutNode =
        object(
            "{'kind':'Event','apiVersion':'v1','metadata':{'name':'e','namespace':'default'},"
                + "'involvedObject':{'kind':'Node','name':'node1','uid':'node1'}}");
    ObjectNode aboutNamespace =
        object(
            "{'kind':'Event','apiVersion':'v1','metadata':{'name':'e','namespace':'default'},"
                + "'involvedObject':{'kind':'Namespace','apiVersion':'v1','namespace':'default','name':'x'}}");

    assertThat(only(node).key()).isEqualTo("c//Node/node1");
    assertThat(only(aboutNode).key()).isEqualTo("c//Node/node1");
    assertThat(only(aboutNamespace).key()).isEqualTo("c//Namespace/x");
  }

  @Test
  void shouldKeepAnEventThatNamesNoObject() throws Exception {
    ObjectNode event = object("{'kind':'Event','apiVersion':'v1','metadata':{'name':'e'}}");

    assertThat(only(event).key()).isEqualTo("c///");
  }

  @Test
  void shouldFollowTheDeletionOfAnObjectByATombstoneOfTheSameKey() throws Exception {
    List<MappedRecord> mapped = mapper(Projection.SAFE).map(WatchType.DELETED, pod(), RECEIPT);

    assertThat(mapped).hasSize(2);
    assertThat(mapped.get(0).value()).startsWith("{\"type\":\"DELETED\"");
    assertThat(mapped.get(1).value()).isNull();
    assertThat(mapped.get(1).key()).isEqualTo(mapped.get(0).key());
    assertThat(mapped.get(1).timestampMillis()).isEqualTo(mapped.get(0).timestampMillis());
  }

  @Test
  void shouldPassTheExpiryOfAnEventWithoutTombstone() throws Exception {
    ObjectNode event = object("{'kind':'Event','apiVersion':'v1','metadata':{'name':'e'}}");

    List<MappedRecord> mapped = mapper(Projection.SAFE).map(WatchType.DELETED, event, RECEIPT);

    assertThat(mapped)
        .singleElement()
        .extracting(MappedRecord::value)
        .asString()
        .contains("DELETED");
  }

  @Test
  void shouldMapBookmarksAndErrorsToNothing() throws Exception {
    EnvelopeMapper mapper = mapper(Projection.SAFE);

    assertThat(mapper.map(WatchType.BOOKMARK, pod(), RECEIPT)).isEmpty();
    assertThat(mapper.map(WatchType.ERROR, object("{'kind':'Status'}"), RECEIPT)).isEmpty();
  }

  @Test
  void shouldRefuseWhatIsNoObject() {
    assertThatThrownBy(() -> only(object("{'kind':'Pod','metadata':{}}")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("metadata.name");
  }

  @Test
  void shouldMarkACompletedListOnceUnderTheKeyOfItsScope() {
    EnvelopeMapper mapper = mapper(Projection.SAFE);

    MappedRecord marker =
        mapper.listed(
            WatchScope.parse("apps/v1/deployments"),
            "Deployment",
            "470",
            RECEIPT,
            RECEIPT.plusSeconds(1));
    MappedRecord events =
        mapper.listed(WatchScope.parse("v1/events@n"), "Event", "471", RECEIPT, RECEIPT);

    assertThat(marker.key()).isEqualTo("c//deployments.apps");
    assertThat(marker.topic()).isEqualTo("k8s.objects");
    assertThat(marker.value())
        .isEqualTo(
            "{\"type\":\"LISTED\",\"cluster\":\"c\",\"observedAt\":\"2026-11-20T20:17:42.340Z\",\"scope\":"
                + "{\"group\":\"apps\",\"version\":\"v1\",\"kind\":\"Deployment\",\"resource\":\"deployments\","
                + "\"namespace\":\"\",\"resourceVersion\":\"470\",\"startedAt\":\"2026-11-20T20:17:41.340Z\"}}");
    assertThat(events.topic()).isEqualTo("k8s.events");
    assertThat(events.key()).isEqualTo("c/n/events");
  }

  @Test
  void shouldSayInHeadersWhatARecordIsAbout() throws Exception {
    ObjectNode event =
        object(
            "{'kind':'Event','apiVersion':'v1','metadata':{'name':'e','namespace':'default'},"
                + "'involvedObject':{'kind':'Deployment','name':'web','namespace':'n'},"
                + "'reason':'ScalingReplicaSet','type':'Normal'}");
    ObjectNode aboutNothing = object("{'kind':'Event','apiVersion':'v1','metadata':{'name':'e'}}");
    EnvelopeMapper mapper = mapper(Projection.SAFE);
    WatchScope events = WatchScope.parse("v1/events@n");

    assertThat(only(event).headers())
        .containsExactly(
            entry("cluster", "c"),
            entry("kind", "Deployment"),
            entry("namespace", "n"),
            entry("reason", "ScalingReplicaSet"),
            entry("type", "Normal"));
    assertThat(only(aboutNothing).headers()).containsExactly(entry("cluster", "c"));
    ObjectNode aboutNode =
        object(
            "{'kind':'Event','apiVersion':'v1','metadata':{'name':'e','namespace':'default'},"
                + "'involvedObject':{'kind':'Node','name':'node1','namespace':'default'}}");
    assertThat(only(aboutNode).headers())
        .as("as in its key")
        .containsExactly(entry("cluster", "c"), entry("kind", "Node"));
    assertThat(mapper.map(WatchType.DELETED, pod(), RECEIPT))
        .extracting(MappedRecord::headers)
        .containsOnly(Map.of("cluster", "c", "kind", "Pod", "namespace", "n"));
    assertThat(mapper.listed(events, "Event", "471", RECEIPT, RECEIPT).headers())
        .containsExactly(entry("cluster", "c"), entry("kind", "Event"), entry("namespace", "n"));
    assertThat(mapper.heartbeat("k8s.heartbeats", events, "471", RECEIPT).headers())
        .containsExactly(entry("cluster", "c"), entry("namespace", "n"));
  }

  @Test
  void shouldBoundHeaders() throws Exception {
    ObjectNode event =
        object(
            "{'kind':'Event','apiVersion':'v1','metadata':{'name':'e'},'type':7,'reason':'%s'}"
                .formatted("x".repeat(10_000)));

    assertThat(only(event).headers().get("reason")).hasSize(512);
    assertThat(only(event).headers()).doesNotContainKey("type");
  }

  @Test
  void shouldCutAnOversizedRecordInOrderAndLeaveTheObjectAlone() throws Exception {
    ObjectNode object =
        object(
            "{'kind':'ReplicaSet','apiVersion':'apps/v1','metadata':{'name':'x','managedFields':[{'manager':'%s'}]},"
                    .formatted("m".repeat(100))
                + "'spec':{'nodeName':'%s'},'status':{'s':'%s'}}"
                    .formatted("ä".repeat(50), "s".repeat(100)));
    ObjectNode before = object.deepCopy();

    assertThat(fields(cut(object, 600))).contains("spec", "status");
    assertThat(cut(object, 600).path("metadata").has("managedFields")).isTrue();
    assertThat(cut(object, 450).path("metadata").has("managedFields")).isFalse();
    assertThat(fields(cut(object, 450))).contains("spec", "status");
    assertThat(fields(cut(object, 300))).contains("status").doesNotContain("spec");
    assertThat(fields(cut(object, 10))).containsExactly("kind", "apiVersion", "metadata");
    assertThat(object).isEqualTo(before);
  }

  /** No Event or object that a user creates may stop the connector. */
  @Test
  void shouldBoundEveryRecordOfAnyObject() throws Exception {
    String huge = "x" + "\ud83d\ude00".repeat(400_000);
    ObjectNode event =
        object(
            "{'kind':'Event','apiVersion':'v1','metadata':{'name':'e','uid':'u','labels':{'l':'%1$s'}},'reason':'R',"
                    .formatted(huge)
                + "'message':'%1$s','involvedObject':{'kind':'Pod','namespace':'n','name':'%1$s'}}"
                    .formatted(huge));
    ObjectNode labelled =
        object(
            "{'kind':'Widget','apiVersion':'example.com/v1','metadata':{'name':'w','uid':'u','ownerReferences':"
                + "[{'name':'first'},{'name':'owner','controller':true}]},'payload':{},'spec':{}}");
    ObjectNode labels = ((ObjectNode) labelled.get("metadata")).putObject("labels");
    ArrayNode payload = ((ObjectNode) labelled.get("payload")).putArray("numbers");
    for (int i = 0; i < 100_000; i++) {
      labels.put("label-" + i, "x");
      payload.add(i);
    }

    MappedRecord mapped = mapper(Projection.FULL).map(WatchType.ADDED, event, RECEIPT).get(0);
    JsonNode cutEvent = JSON.readTree(mapped.value()).get("object");
    JsonNode cutObject =
        JSON.readTree(
                mapper(Projection.FULL).map(WatchType.ADDED, labelled, RECEIPT).get(0).value())
            .get("object");

    assertThat(mapped.value().getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(900_000);
    assertThat(mapped.key()).startsWith("c/n/Pod/").hasSize("c/n/Pod/".length() + 511);
    assertThat(cutEvent.path("message").asText())
        .as("without half a character")
        .isEqualTo(huge.substring(0, 16_383));
    assertThat(cutEvent.path("reason").asText()).isEqualTo("R");
    assertThat(fields((ObjectNode) cutObject)).containsExactly("kind", "apiVersion", "metadata");
    assertThat(cutObject.get("metadata"))
        .isEqualTo(
            object(
                "{'name':'w','uid':'u','ownerReferences':[{'name':'owner','controller':true}]}"));
  }

  private static ObjectNode cut(ObjectNode object, int maxBytes) throws Exception {
    EnvelopeMapper mapper =
        new EnvelopeMapper(new EnvelopeMapper.Settings("c", "e", "o", Projection.SAFE, maxBytes));
    JsonNode value = JSON.readTree(mapper.map(WatchType.ADDED, object, RECEIPT).get(0).value());
    return (ObjectNode) value.get("object");
  }

  private static List<String> fields(ObjectNode object) {
    return object.properties().stream().map(java.util.Map.Entry::getKey).toList();
  }

  private static MappedRecord only(ObjectNode object) {
    return mapper(Projection.SAFE).map(WatchType.ADDED, object, RECEIPT).get(0);
  }

  private static EnvelopeMapper mapper(Projection projection) {
    return new EnvelopeMapper(
        new EnvelopeMapper.Settings("c", "k8s.events", "k8s.objects", projection, 900_000));
  }

  private static ObjectNode pod() throws Exception {
    return object("{'kind':'Pod','apiVersion':'v1','metadata':{'name':'p','namespace':'n'}}");
  }

  private static ObjectNode object(String json) throws Exception {
    return (ObjectNode) JSON.readTree(json.replace('\'', '"'));
  }
}
