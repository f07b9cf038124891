package io.kspan.connect.struct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.connect.record.EnvelopeMapper;
import io.kspan.connect.record.MappedRecord;
import io.kspan.connect.record.Projection;
import io.kspan.connect.record.WatchScope;
import io.kspan.connect.record.WatchType;
import io.kspan.testsupport.corpus.Corpus;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The two forms of a value say the same. */
class ValueFormatTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> JSON_TEXTS =
      Set.of("spec", "specParts", "status", "other", "fieldsV1");

  @ParameterizedTest
  @EnumSource
  void shouldLoseNothingOfARecording(Projection projection) throws IOException {
    EnvelopeMapper mapper = mapper(projection);
    int compared = 0;
    for (JsonNode captured : Corpus.documents(Corpus.recording("cluster-a"))) {
      List<MappedRecord> records =
          mapper.map(
              WatchType.of(captured.get("type").asText()).orElseThrow(),
              (ObjectNode) captured.get("object"),
              Instant.EPOCH);
      for (MappedRecord one : records) {
        if (one.value() != null) {
          assertThat(json(struct(one))).isEqualTo(withoutEmpty(JSON.readTree(one.value())));
          compared++;
        }
      }
    }
    assertThat(compared).isEqualTo(2187);
  }

  @Test
  void shouldKeepJsonAsItIsAndGiveATombstoneNoSchema() {
    assertThat(ValueFormat.JSON.value("{}", true))
        .isEqualTo(new SchemaAndValue(Schema.STRING_SCHEMA, "{}"));
    assertThat(ValueFormat.JSON.value(null, true)).isEqualTo(SchemaAndValue.NULL);
    assertThat(ValueFormat.STRUCT.value(null, false)).isEqualTo(SchemaAndValue.NULL);
  }

  @Test
  void shouldNameTheFieldsOfEveryEventAsV1Does() {
    String event =
        """
        {"type":"ADDED","cluster":"c","observedAt":"1970-01-01T00:00:00.000Z","object":{
          "apiVersion":"events.k8s.io/v1","kind":"Event","metadata":{"name":"e"},
          "regarding":{"kind":"Pod","name":"p"},"note":"text","reason":"Failed","type":"Warning",
          "reportingController":"kubelet","reportingInstance":"node1",
          "deprecatedSource":{"component":"kubelet"},"deprecatedCount":3,
          "deprecatedFirstTimestamp":"2026-01-01T00:00:00Z","deprecatedLastTimestamp":null,
          "series":{"count":7,"lastObservedTime":"2026-01-01T00:00:00.000000Z"}}}""";

    Struct object = ((Struct) ValueFormat.STRUCT.value(event, true).value()).getStruct("object");

    assertThat(object.getStruct("involvedObject").getString("name")).isEqualTo("p");
    assertThat(object.getString("message")).isEqualTo("text");
    assertThat(object.getString("reportingComponent")).isEqualTo("kubelet");
    assertThat(object.getStruct("source").getString("component")).isEqualTo("kubelet");
    assertThat(object.getInt32("count")).isEqualTo(3);
    assertThat(object.getStruct("series").getInt32("count")).isEqualTo(7);
    assertThat(object.getString("firstTimestamp")).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(object.getString("lastTimestamp")).isNull();
    assertThat(object.getString("other")).isNull();
  }

  @Test
  void shouldKeepFieldsWithoutSchemaAsJsonText() {
    Struct object =
        object("'provisioner':'local','specHash':'0','parameters':{'a':[1]},'spec':{'x':null}");

    assertThat(object.getString("other"))
        .isEqualTo("{\"provisioner\":\"local\",\"parameters\":{\"a\":[1]}}");
    assertThat(object.getString("spec")).isEqualTo("{\"x\":null}");
  }

  @Test
  void shouldKeepAFieldThatIsCalledOther() {
    Struct object = object("'other':{'a':1},'metadata':{'name':'n','selfLink':'/x'}");

    assertThat(object.getString("other")).isEqualTo("{\"other\":{\"a\":1}}");
    assertThat(object.getStruct("metadata").getString("other")).isEqualTo("{\"selfLink\":\"/x\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'metadata':{'name':'n','generation':'one','labels':[1],'ownerReferences':{},'finalizers':7}",
        "'metadata':[1,2]",
        "'metadata':{'name':'n','ownerReferences':[null,7,{'controller':'yes'}]}",
        "'metadata':{'name':{'a':1},'labels':{'a':null,'b':1},'generation':99999999999999999999}",
        "'spec':7,'status':true"
      })
  void shouldAcceptWhatNoApiServerSends(String fields) {
    object(fields).validate();
  }

  @Test
  void shouldPresentMarkersOfListsAndHeartbeats() {
    EnvelopeMapper mapper = mapper(Projection.SAFE);
    MappedRecord listed =
        mapper.listed(
            WatchScope.parse("v1/events@n"), "Event", "471", Instant.EPOCH, Instant.EPOCH);
    MappedRecord beat =
        mapper.heartbeat("k8s.heartbeats", WatchScope.parse("v1/pods"), "9", Instant.EPOCH);

    assertThat(struct(listed).getStruct("scope").getString("resourceVersion")).isEqualTo("471");
    assertThat(struct(listed).get("object")).isNull();
    assertThat(struct(listed).schema().name()).isEqualTo("io.kspan.connect.EventEnvelope");
    assertThat(struct(beat).getString("type")).isEqualTo("HEARTBEAT");
    assertThat(struct(beat).getStruct("scope").getString("resource")).isEqualTo("pods");
    assertThat(struct(beat).schema().name()).isEqualTo("io.kspan.connect.ObjectEnvelope");
    assertThat(struct(beat).schema().version()).isEqualTo(1);
  }

  @Test
  void shouldRefuseAnUnknownFormat() {
    assertThatThrownBy(() -> ValueFormat.of("avro")).isInstanceOf(IllegalArgumentException.class);
  }

  private static Struct object(String fields) {
    String envelope =
        ("{'type':'ADDED','cluster':'c','observedAt':'1970-01-01T00:00:00.000Z','object':{"
                + "'apiVersion':'v1','kind':'Thing',%s}}")
            .formatted(fields)
            .replace('\'', '"');
    return ((Struct) ValueFormat.STRUCT.value(envelope, false).value()).getStruct("object");
  }

  private static EnvelopeMapper mapper(Projection projection) {
    return new EnvelopeMapper(
        new EnvelopeMapper.Settings("c", "k8s.events", "k8s.objects", projection, 900_000));
  }

  private static Struct struct(MappedRecord record) {
    SchemaAndValue value =
        ValueFormat.STRUCT.value(record.value(), record.topic().equals("k8s.events"));
    Struct struct = (Struct) value.value();
    struct.validate();
    assertThat(value.schema()).isEqualTo(struct.schema());
    return struct;
  }

  /** The JSON that a Struct was made from, without what is null or empty. */
  private static ObjectNode json(Struct struct) throws IOException {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    for (var field : struct.schema().fields()) {
      Object value = struct.get(field);
      if (value == null) {
        continue;
      }
      if (!JSON_TEXTS.contains(field.name())) {
        json.set(field.name(), json(value));
      } else if (field.name().equals("other")) {
        json.setAll((ObjectNode) JSON.readTree((String) value));
      } else {
        json.set(field.name(), JSON.readTree((String) value));
      }
    }
    return (ObjectNode) withoutEmpty(json);
  }

  private static JsonNode json(Object value) throws IOException {
    if (value instanceof Struct struct) {
      return json(struct);
    }
    if (value instanceof List<?> list) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      for (Object one : list) {
        array.add(json(one));
      }
      return array;
    }
    if (value instanceof Map<?, ?> map) {
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      map.forEach((name, text) -> object.put((String) name, (String) text));
      return object;
    }
    return JSON.valueToTree(value);
  }

  private static JsonNode withoutEmpty(JsonNode node) {
    if (node instanceof ArrayNode array) {
      ArrayNode kept = array.arrayNode();
      array.forEach(one -> kept.add(withoutEmpty(one)));
      return kept;
    }
    if (!(node instanceof ObjectNode object)) {
      return node.isNumber() ? JsonNodeFactory.instance.numberNode(node.longValue()) : node;
    }
    ObjectNode kept = object.objectNode();
    object
        .properties()
        .forEach(
            entry -> {
              JsonNode value = withoutEmpty(entry.getValue());
              if (!value.isNull() && !(value.isContainerNode() && value.isEmpty())) {
                kept.set(entry.getKey(), value);
              }
            });
    return kept;
  }
}
