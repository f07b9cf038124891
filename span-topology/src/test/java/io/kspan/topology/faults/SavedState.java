package io.kspan.topology.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kspan.topology.Topics;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * All that a topology keeps in Kafka besides its inputs: changelogs, lineage, what it has sent
 * itself and not read yet, and its spans. As a file, one record a line.
 */
final class SavedState {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<Entry> entries;

  /**
   * A record.
   *
   * @param key base64
   * @param value base64
   */
  record Entry(String topic, int partition, long timestamp, String key, String value) {
    byte[] keyBytes() {
      return Base64.getDecoder().decode(key);
    }

    byte[] valueBytes() {
      return Base64.getDecoder().decode(value);
    }
  }

  private SavedState(List<Entry> entries) {
    this.entries = entries;
  }

  List<Entry> entries() {
    return entries;
  }

  /** What an installation that has been stopped leaves in Kafka. */
  static SavedState of(Kafka kafka, String prefix, String group) {
    Topics names = Topics.withPrefix(prefix);
    Set<String> inputs = Set.of(names.events(), names.objects(), names.deadLetters());
    List<Entry> entries = new ArrayList<>();
    for (String topic : kafka.topics(prefix)) {
      if (inputs.contains(topic)) {
        continue;
      }
      boolean unread = topic.endsWith("-repartition");
      boolean every = unread || topic.equals(names.spans());
      Map<Object, Entry> kept = new LinkedHashMap<>();
      for (ConsumerRecord<byte[], byte[]> record :
          unread ? kafka.readAfter(topic, group) : kafka.read(topic)) {
        Object key = every ? kept.size() : record.partition() + new String(record.key(), UTF_8);
        kept.remove(key);
        if (record.value() != null) {
          kept.put(key, entry(record));
        }
      }
      entries.addAll(kept.values());
    }
    return new SavedState(entries);
  }

  private static Entry entry(ConsumerRecord<byte[], byte[]> record) {
    Base64.Encoder base64 = Base64.getEncoder();
    return new Entry(
        record.topic(),
        record.partition(),
        record.timestamp(),
        base64.encodeToString(record.key()),
        base64.encodeToString(record.value()));
  }

  void write(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    try (BufferedWriter out =
        new BufferedWriter(
            new OutputStreamWriter(new GZIPOutputStream(Files.newOutputStream(file)), UTF_8))) {
      for (Entry entry : entries) {
        out.write(JSON.writeValueAsString(entry));
        out.newLine();
      }
    }
  }

  static SavedState read(InputStream file) throws IOException {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(new GZIPInputStream(file), UTF_8))) {
      return new SavedState(in.lines().map(SavedState::parse).toList());
    }
  }

  private static Entry parse(String line) {
    try {
      return JSON.readValue(line, Entry.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many records there are, by topic. */
  Map<String, Integer> sizes() {
    Map<String, Integer> sizes = new HashMap<>();
    entries.forEach(entry -> sizes.merge(entry.topic(), 1, Integer::sum));
    return sizes;
  }
}
