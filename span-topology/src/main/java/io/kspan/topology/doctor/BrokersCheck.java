package io.kspan.topology.doctor;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.KafkaException;

/** Whether brokers answer, and can do what the settings ask of them. */
final class BrokersCheck implements Check {
  private static final String STREAMS_FEATURE = "streams.version";

  private final Brokers brokers;
  private final Installation installation;
  private final Situation situation;

  BrokersCheck(Brokers brokers, Installation installation, Situation situation) {
    this.brokers = brokers;
    this.installation = installation;
    this.situation = situation;
  }

  @Override
  public String name() {
    return "brokers";
  }

  @Override
  public List<Finding> run() throws InterruptedException {
    int count;
    try {
      count = brokers.count();
    } catch (UnansweredException e) {
      return List.of(unreachable(installation.bootstrapServers(), e.getCause()));
    } catch (KafkaException e) {
      return List.of(
          unreachable(installation.bootstrapServers(), e.getCause() == null ? e : e.getCause()));
    }
    situation.brokersAnswer(true);
    List<Finding> findings = new ArrayList<>();
    findings.add(
        Finding.ok(
            "%s at %s".formatted(Text.count(count, "broker"), installation.bootstrapServers())));
    if (installation.streamsProtocol() && brokers.level(STREAMS_FEATURE) < 1) {
      findings.add(
          Finding.failed(
              "kafka.group.protocol=streams, but the brokers have no " + STREAMS_FEATURE,
              "kafka-features.sh --bootstrap-server %s upgrade --feature %s=1 (brokers 4.2 or newer), or kafka.group.protocol=classic"
                  .formatted(installation.bootstrapServers(), STREAMS_FEATURE)));
    }
    return findings;
  }

  static Finding unreachable(String servers, Throwable why) {
    return Finding.failed(
        "no broker answers at %s: %s".formatted(servers, Text.line(why)),
        "check bootstrap.servers, that the brokers run and advertise an address that can be reached"
            + " from here, and the kafka. settings for TLS and SASL");
  }
}
