package io.kspan.connect.struct;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.apicurio.registry.utils.converter.avro.AvroData;
import io.kspan.connect.record.EnvelopeMapper;
import io.kspan.connect.record.MappedRecord;
import io.kspan.connect.record.Projection;
import io.kspan.connect.record.WatchType;
import io.kspan.testsupport.GoldenFile;
import io.kspan.testsupport.corpus.Corpus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.storage.StringConverter;
import org.junit.jupiter.api.Test;

/** What converters make of the two forms of a value: nothing is lost on the way and back. */
class ConvertersTest {
  private static final String TOPIC = "k8s.events";
  private static final Path SCHEMAS = Path.of("src/test/resources/golden/schemas.json");

  @Test
  void shouldPassAnAvroConverter() throws IOException {
    AvroData avro = new AvroData(100);
    int passed = 0;
    for (SchemaAndValue value : values(ValueFormat.STRUCT)) {
      Schema schema = avro.fromConnectSchema(value.schema());
      Object record = avro.fromConnectData(value.schema(), value.value());

      SchemaAndValue back = avro.toConnectData(schema, read(schema, write(schema, record)));

      assertThat(plain(back)).isEqualTo(plain(value));
      assertThat(schema.getFullName()).startsWith("io.kspan.connect.");
      passed++;
    }
    assertThat(passed).isEqualTo(2187);
  }

  @Test
  void shouldPassJsonConverterWithSchemas() throws IOException {
    try (JsonConverter converter = new JsonConverter()) {
      converter.configure(Map.of("schemas.enable", true), false);
      for (SchemaAndValue value : values(ValueFormat.STRUCT)) {
        byte[] bytes = converter.fromConnectData(TOPIC, value.schema(), value.value());

        assertThat(plain(converter.toConnectData(TOPIC, bytes))).isEqualTo(plain(value));
      }
    }
  }

  /** Readers depend on them: a field may be added with a new version, and none removed. */
  @Test
  void shouldKeepTheSchemas() throws IOException {
    try (JsonConverter converter = new JsonConverter()) {
      converter.configure(Map.of("schemas.enable", true), false);
      StringBuilder schemas = new StringBuilder();
      for (org.apache.kafka.connect.data.Schema schema :
          List.of(EnvelopeSchemas.EVENT_ENVELOPE, EnvelopeSchemas.OBJECT_ENVELOPE)) {
        schemas.append(converter.asJsonSchema(schema).toPrettyString()).append('\n');
      }

      assertThat(schemas.toString()).isEqualTo(GoldenFile.expected(SCHEMAS, schemas.toString()));
    }
  }

  @Test
  void shouldPassStringConverterAsJson() throws IOException {
    try (StringConverter converter = new StringConverter()) {
      for (SchemaAndValue value : values(ValueFormat.JSON)) {
        byte[] bytes = converter.fromConnectData(TOPIC, value.schema(), value.value());

        assertThat(converter.toConnectData(TOPIC, bytes).value()).isEqualTo(value.value());
      }
    }
  }

  private static List<SchemaAndValue> values(ValueFormat format) throws IOException {
    EnvelopeMapper mapper =
        new EnvelopeMapper(
            new EnvelopeMapper.Settings("c", TOPIC, "k8s.objects", Projection.SAFE, 900_000));
    List<SchemaAndValue> values = new ArrayList<>();
    for (JsonNode captured : Corpus.documents(Corpus.recording("cluster-a"))) {
      for (MappedRecord one :
          mapper.map(
              WatchType.of(captured.get("type").asText()).orElseThrow(),
              (ObjectNode) captured.get("object"),
              Instant.EPOCH)) {
        if (one.value() != null) {
          values.add(format.value(one.value(), one.topic().equals(TOPIC)));
        }
      }
    }
    return values;
  }

  private static byte[] write(Schema schema, Object record) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<>(schema).write(record, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }

  private static Object read(Schema schema, byte[] bytes) throws IOException {
    return new GenericDatumReader<>(schema)
        .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
  }

  /** Names and values without schemas, since that of a converter carries more. */
  private static Object plain(Object value) {
    if (value instanceof SchemaAndValue pair) {
      return Map.of(pair.schema().name(), plain(pair.value()));
    }
    if (value instanceof Struct struct) {
      Map<String, Object> fields = new HashMap<>();
      struct.schema().fields().forEach(field -> fields.put(field.name(), plain(struct.get(field))));
      return fields;
    }
    return value instanceof List<?> list
        ? list.stream().map(ConvertersTest::plain).toList()
        : value;
  }
}
