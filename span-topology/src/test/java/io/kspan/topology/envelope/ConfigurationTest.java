package io.kspan.topology.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a version carries to compare is bounded, and holds no value that may be secret. */
class ConfigurationTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'none'",
        "7",
        "[]",
        "{'key':7}",
        "{'key':{'a':'abcd'},'x':null}",
        "{'env.main':'no object'}",
        "{'env.main':{'A':'too long','B':7,'C':null,'D':{},'':'abcd','E\\n':'abcd','F':'ab\\n '}}"
      })
  void shouldIgnorePartsThatNoConnectorWrites(String parts) throws JsonProcessingException {
    SortedMap<String, String> configuration =
        of("{'kind':'App','specHash':'0','specParts':%s,'spec':{}}".formatted(parts));

    assertThat(configuration.values()).allMatch(value -> value.isEmpty() || value.equals("abcda"));
  }

  @Test
  void shouldReadThePartsThatTheConnectorWrites() throws JsonProcessingException {
    assertThat(
            of(
                "{'kind':'App','specHash':'0','spec':{},"
                    + "'specParts':{'key':'k_-9','env.main':{'B':'bbbb','A':'aaaa'}}}"))
        .isEqualTo(Map.of("#key", "k_-9", "#env.main", "aaaaA\nbbbbB"));
  }

  @Test
  void shouldBoundWhatAVersionCarries() {
    ObjectNode object = JSON.createObjectNode().put("kind", "App").put("specHash", "0");
    ObjectNode parts = object.putObject("specParts");
    for (int group = 0; group < 1000; group++) {
      ObjectNode names = parts.putObject("group-" + group);
      for (int name = 0; name < 1000; name++) {
        names.put("name-" + group + '-' + name, "abcd");
      }
    }

    SortedMap<String, String> configuration = Configuration.of(object, "c");

    assertThat(configuration.values().stream().mapToInt(String::length).sum())
        .isBetween(60_000, 65_536);
  }

  @Test
  void shouldCarryNothingOfTheSpecOfAPodButImages() throws JsonProcessingException {
    for (String kind : new String[] {"Pod", "ReplicaSet"}) {
      assertThat(
              of(
                  ("{'kind':'%s','spec':{'containers':[{'name':'main','image':'i:1','env':[{'name':'A'}],"
                          + "'resources':{'limits':{'cpu':1}}}],'nodeSelector':{'a':'b'}}}")
                      .formatted(kind)))
          .isEqualTo(Map.of("image.main", "i:1"));
    }
  }

  @Test
  void shouldCarryOnlyHashesOfASpecAsServed() throws JsonProcessingException {
    SortedMap<String, String> configuration =
        of(
            "{'kind':'App','metadata':{'uid':'u'},'spec':{'token':'SECRET','template':{'spec':{'containers':"
                + "[{'name':'main','args':['SECRET'],'env':[{'name':'A','value':'SECRET'}]}]}}}}");

    assertThat(configuration).containsKeys("#key", "#env.main", "#command.main", "#paths");
    assertThat(configuration.toString()).doesNotContain("SECRET");
  }

  @Test
  void shouldReadResourcesThatNoApiServerServes() throws JsonProcessingException {
    assertThat(
            of(
                "{'kind':'App','spec':{'strategy':{'type':{'a':1},'rollingUpdate':[1]},'template':{'metadata':"
                    + "{'annotations':{'kubectl.kubernetes.io/restartedAt':{'a':1}}},'spec':{'serviceAccountName':[1],"
                    + "'containers':[{'name':'main','resources':{'requests':[1],'limits':{'cpu':{'a':1}}}}]}}}}"))
        .doesNotContainKeys("strategy", "restarted_at", "service_account", "resources.main");
  }

  private static SortedMap<String, String> of(String json) throws JsonProcessingException {
    return Configuration.of(JSON.readTree(json.replace('\'', '"')), "c");
  }
}
