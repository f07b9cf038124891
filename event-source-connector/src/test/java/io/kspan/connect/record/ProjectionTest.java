package io.kspan.connect.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProjectionTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CONTAINER =
      "{'name':'main','image':'i:1','args':['SECRET'],'command':['SECRET'],'env':[{'name':'A','value':'SECRET'}]}";

  @Test
  void shouldKeepOnlyWhatTheModelNeedsOfASpec() throws Exception {
    ObjectNode object =
        object(
            "{'kind':'Deployment','apiVersion':'apps/v1','metadata':{'name':'x'},'spec':{'replicas':3,'paused':true,"
                + "'selector':{'a':'b'},'strategy':{'type':'Recreate'},'minReadySeconds':1,'containers':[%1$s],"
                    .formatted(CONTAINER)
                + "'template':{'metadata':{'labels':{}},'spec':{'initContainers':[%1$s],'containers':[%1$s],'volumes':[]}},"
                    .formatted(CONTAINER)
                + "'jobTemplate':{'spec':{'suspend':true,'template':{'spec':{'containers':[%1$s]}}}}},'status':{'any':1}}"
                    .formatted(CONTAINER));

    assertThat(Projection.SAFE.project(object))
        .isEqualTo(
            object(
                "{'kind':'Deployment','apiVersion':'apps/v1','metadata':{'name':'x'},'specHash':'b526948fbf0f97b5',"
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

    assertThat(Projection.SAFE.project(object))
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
              ("{'kind':'%s','apiVersion':'v1','metadata':{'name':'x','annotations':{'a':'b',"
                      + "'kubectl.kubernetes.io/last-applied-configuration':'SECRET'}},"
                      + "'data':{'a':'SECRET'},'stringData':{'a':'SECRET'},'binaryData':{'a':'SECRET'}}")
                  .formatted(kind));

      assertThat(projection.project(object).toString()).doesNotContain("SECRET").contains("\"a\"");
    }
  }

  @Test
  void shouldPassEverythingOfOtherKindsInFull() throws Exception {
    ObjectNode object =
        object(
            "{'kind':'Pod','apiVersion':'v1','metadata':{'name':'x'},'spec':{'containers':[%s]}}"
                .formatted(CONTAINER));

    assertThat(Projection.FULL.project(object)).isEqualTo(object);
  }

  @ParameterizedTest
  @EnumSource
  void shouldPassAnEventAsServedButForFieldSets(Projection projection) throws Exception {
    ObjectNode event =
        object(
            "{'kind':'Event','apiVersion':'v1','metadata':{'name':'x','managedFields':[{'manager':'kubelet',"
                + "'fieldsV1':{'f:count':{}}}]},'count':2,'custom':{'a':1}}");

    assertThat(projection.project(event))
        .isEqualTo(
            object(
                "{'kind':'Event','apiVersion':'v1','metadata':{'name':'x','managedFields':[{'manager':'kubelet'}]},"
                    + "'count':2,'custom':{'a':1}}"));
  }

  @Test
  void shouldReduceToMetadata() throws Exception {
    ObjectNode object =
        object(
            "{'kind':'Pod','apiVersion':'v1','metadata':{'name':'x'},'spec':{'nodeName':'n'},'status':{}}");

    assertThat(Projection.METADATA.project(object))
        .isEqualTo(object("{'kind':'Pod','apiVersion':'v1','metadata':{'name':'x'}}"));
  }

  private static ObjectNode object(String json) throws Exception {
    return (ObjectNode) JSON.readTree(json.replace('\'', '"'));
  }
}
