package io.kspan.topology.capture;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.Reader;
import org.yaml.snakeyaml.LoaderOptions;

/** Documents of YAML, divided by {@code ---}; nothing is read behind a broken one. */
final class YamlDocuments implements Documents {
  private static final ObjectReader YAML = mapper().reader();

  private final JsonParser parser;
  private boolean isBroken;

  YamlDocuments(Reader input) throws IOException {
    this.parser = YAML.createParser(input);
  }

  private static YAMLMapper mapper() {
    // A dump is larger than the 3 MB that the library reads by default.
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(Integer.MAX_VALUE);
    return new YAMLMapper(YAMLFactory.builder().loaderOptions(options).build());
  }

  @Override
  public DocumentReader.Document next() throws IOException {
    try {
      if (isBroken || parser.nextToken() == null) {
        return null;
      }
      long line = parser.currentTokenLocation().getLineNr();
      return new DocumentReader.Document(line, YAML.readTree(parser), null);
    } catch (JsonProcessingException e) {
      isBroken = true;
      long line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      String reason = e.getOriginalMessage().lines().findFirst().orElse("broken");
      return new DocumentReader.Document(line, null, "not YAML: " + reason);
    }
  }
}
