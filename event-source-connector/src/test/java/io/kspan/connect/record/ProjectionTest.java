package io.kspan.connect.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProjectionTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final PublishedValues VALUES =
      new PublishedValues(List.of("kept", "tool/*"), "key");
  private static final String CONTAINER =
      "{'name':'main','image':'i:1','args':['SECRET'],'command':['SECRET'],'env':[{'name':'A','value':'SECRET'}]}";

  @Test
  void shouldKeepOnlyWhatTheModelNeedsOfASpec() throws Exception {
    ObjectNode object =
        object(
            "{'kind':'Deployment','apiVersion':'apps/v1','metadata':{'name':'x'},'spec':{'replicas':3,'paused':true,"
                + "'selector':{'a':'b'},'strategy':{'type':'Recreate'},'minReadySeconds':1,'containers':[%1$s],"
                    .formatted(CONTAINER)
                + "'template':{'metadata':{'labels':{}},'spec':{'initContainers':[%1$s],'containers':[%1$s],'volumes':[{'name':'v'}]}},"
                    .formatted(CONTAINER)
                + "'jobTemplate':{'spec':{'suspend':true,'template':{'spec':{'containers':[%1$s]}}}}},'status':{'any':1}}"
                    .formatted(CONTAINER));

    ObjectNode projected = Projection.SAFE.project(object, VALUES);

    assertThat(projected.remove("specParts").fieldNames())
        .toIterable()
        .contains("paths", "volumes");
    assertThat(projected)
        .isEqualTo(
            object(
                "{'kind':'Deployment','apiVersion':'apps/v1','metadata':{'name':'x'},'specHash':'4a37420f4d21cdb6',"
                    + "'spec':{'replicas':3,'paused':true,'strategy':{'type':'Recreate'},'minReadySeconds':1,"
                    + "'containers':[{'name':'main','image':'i:1'}],"
                    + "'template':{'spec':{'initContainers':[{'name':'main','image':'i:1'}],'containers':[{'name':'main','image':'i:1'}]}},"
                    + "'jobTemplate':{'spec':{'template':{'spec':{'containers':[{'name':'main','image':'i:1'}]}}}}},"
                    + "'status':{'any':1}}"));
  }

  @Test
  void shouldReduceManagedFieldsToWhoOwnsTheSpecWhen() throws Exception {
    ObjectNode object =
        object(
            "{'kind':'Pod','apiVersion':'v1','metadata':{'name':'x','annotations':{"
                + "'kubectl.kubernetes.io/last-applied-configuration':'SECRET'},'managedFields':["
                + "{'manager':'kubectl','operation':'Update','apiVersion':'v1','time':'2026-11-20T20:17:41Z',"
                + "'fieldsType':'FieldsV1','fieldsV1':{'f:spec':{'f:replicas':{}}}},"
                + "{'manager':'kcm','operation':'Update','time':'2026-11-20T20:17:42Z','subresource':'status',"
                + "'fieldsV1':{'f:status':{}}},{'manager':'old'}]}}");

    assertThat(Projection.SAFE.project(object, VALUES))
        .isEqualTo(
            object(
                "{'kind':'Pod','apiVersion':'v1','metadata':{'name':'x','managedFields':["
                    + "{'manager':'kubectl','operation':'Update','time':'2026-11-20T20:17:41Z','fieldsV1':{'f:spec':{}}},"
                    + "{'manager':'kcm','operation':'Update','time':'2026-11-20T20:17:42Z','subresource':'status'},"
                    + "{'manager':'old'}]}}"));
  }

  @ParameterizedTest
  @EnumSource
  void shouldNeverPassDataOfSecretsAndConfigMaps(Projection projection) throws Exception {
    for (String kind : new String[] {"Secret", "ConfigMap"}) {
      ObjectNode object =
          object(
              ("{'kind':'%s','apiVersion':'v1','metadata':{'name':'x','annotations':{'kept':'a',"
                      + "'kubectl.kubernetes.io/last-applied-configuration':'SECRET'}},"
                      + "'data':{'a':'SECRET'},'stringData':{'a':'SECRET'},'binaryData':{'a':'SECRET'}}")
                  .formatted(kind));

      assertThat(projection.project(object, VALUES).toString())
          .doesNotContain("SECRET")
          .contains("kept");
    }
  }

  @Test
  void shouldPassEverythingOfOtherKindsInFull() throws Exception {
    ObjectNode object =
        object(
            "{'kind':'Pod','apiVersion':'v1','metadata':{'name':'x'},'spec':{'containers':[%s]}}"
                .formatted(CONTAINER));

    assertThat(Projection.FULL.project(object, VALUES)).isEqualTo(object);
  }

  @ParameterizedTest
  @EnumSource
  void shouldPassAnEventAsServedButForFieldSets(Projection projection) throws Exception {
    ObjectNode event =
        object(
            "{'kind':'Event','apiVersion':'v1','metadata':{'name':'x','managedFields':[{'manager':'kubelet',"
                + "'fieldsV1':{'f:count':{}}}]},'count':2,'custom':{'a':1}}");

    assertThat(projection.project(event, VALUES))
        .isEqualTo(
            object(
                "{'kind':'Event','apiVersion':'v1','metadata':{'name':'x','managedFields':[{'manager':'kubelet'}]},"
                    + "'count':2,'custom':{'a':1}}"));
  }

  @Test
  void shouldKeepTheValuesOfAChangeThatAreNoSecrets() throws Exception {
    ObjectNode object =
        object(
            "{'kind':'Deployment','metadata':{'name':'x','uid':'u'},'spec':{'strategy':{'type':'RollingUpdate',"
                + "'rollingUpdate':{'maxSurge':1,'other':'SECRET'},'canary':{'args':['SECRET']}},"
                + "'scaleTargetRef':{'kind':'K','name':'n','other':{'a':'SECRET'}},'completions':{'a':'SECRET'},"
                + "'template':{'metadata':{'annotations':{'kubectl.kubernetes.io/restartedAt':'2026-11-20T20:17:41Z',"
                + "'a':'SECRET'}},'spec':{'serviceAccountName':'sa','containers':[{'name':'main','image':'i:1',"
                + "'resources':{'requests':{'cpu':'1','x':{'a':'SECRET'}},'claims':['SECRET']},"
                + "'env':[{'name':'A','value':'SECRET'}]}]}}}}");

    ObjectNode projected = Projection.SAFE.project(object, VALUES);

    assertThat(projected.get("spec"))
        .isEqualTo(
            object(
                "{'scaleTargetRef':{'kind':'K','name':'n'},"
                    + "'strategy':{'type':'RollingUpdate','rollingUpdate':{'maxSurge':1}},"
                    + "'template':{'metadata':{'annotations':{'kubectl.kubernetes.io/restartedAt':'2026-11-20T20:17:41Z'}},"
                    + "'spec':{'serviceAccountName':'sa','containers':[{'name':'main','image':'i:1',"
                    + "'resources':{'requests':{'cpu':'1'}}}]}}}"));
    assertThat(projected.toString()).doesNotContain("SECRET");
    assertThat(projected.path("specParts").path("env.main").has("A")).isTrue();
  }

  /** They are most of all records, and their owners say what changed. */
  @Test
  void shouldHashNoPartsOfPodsAndReplicaSets() throws Exception {
    for (String kind : List.of("Pod", "ReplicaSet")) {
      ObjectNode object =
          object("{'kind':'%s','metadata':{'name':'x'},'spec':{'a':1}}".formatted(kind));

      assertThat(Projection.SAFE.project(object, VALUES).has("specParts")).isFalse();
    }
  }

  @Test
  void shouldPublishListedAnnotationsOnly() throws Exception {
    String annotations = "'annotations':{'kept':'1','tool/a':'2','kept2':'SECRET','too':'SECRET'}";
    ObjectNode object = object("{'kind':'Pod','metadata':{'name':'x',%s}}".formatted(annotations));
    ObjectNode event =
        object(
            "{'kind':'Event','apiVersion':'v1','metadata':{'name':'x',%s}}".formatted(annotations));

    for (Projection projection : List.of(Projection.SAFE, Projection.METADATA)) {
      for (ObjectNode one : List.of(object, event)) {
        assertThat(projection.project(one, VALUES).path("metadata").path("annotations"))
            .isEqualTo(object("{'kept':'1','tool/a':'2'}"));
      }
    }
    assertThat(Projection.FULL.project(object, VALUES)).isEqualTo(object);
    assertThat(Projection.FULL.project(event, VALUES)).isEqualTo(event);
  }

  @Test
  void shouldReduceToMetadata() throws Exception {
    ObjectNode object =
        object(
            "{'kind':'Pod','apiVersion':'v1','metadata':{'name':'x'},'spec':{'nodeName':'n'},'status':{}}");

    assertThat(Projection.METADATA.project(object, VALUES))
        .isEqualTo(object("{'kind':'Pod','apiVersion':'v1','metadata':{'name':'x'}}"));
  }

  private static ObjectNode object(String json) throws Exception {
    return (ObjectNode) JSON.readTree(json.replace('\'', '"'));
  }
}
