#!/usr/bin/env bash
# Creates the topics as docs/scaling-the-topology.md and the connector expect them; what exists is left as it is.
#   BOOTSTRAP_SERVERS=kafka:9092 PARTITIONS=4 REPLICATION_FACTOR=3 deploy/topics/create-topics.sh
# PARTITIONS is for events, objects, spans, changes and logs. It cannot be changed later without a new application.id: take twice what you need.
# Needs kafka-topics.sh on the PATH, or in /opt/kafka/bin as in Kafka's own image. KAFKA_COMMAND_CONFIG names a client properties file, TOPIC_PREFIX is k8s. unless you say otherwise.
set -euo pipefail

servers="${BOOTSTRAP_SERVERS:?is not set: the brokers, host:port, comma-separated}"
partitions="${PARTITIONS:-4}"
replication="${REPLICATION_FACTOR:-3}"
prefix="${TOPIC_PREFIX:-k8s.}"
day=86400000
PATH="$PATH:/opt/kafka/bin"

in_sync=1
[ "$replication" -lt 3 ] || in_sync=2

# create NAME PARTITIONS SETTING...
create() {
  local name="$prefix$1" count="$2" setting
  shift 2
  local arguments=(--bootstrap-server "$servers" --create --if-not-exists --topic "$name" --partitions "$count"
    --replication-factor "$replication" --config "min.insync.replicas=$in_sync")
  for setting in "$@"; do
    arguments+=(--config "$setting")
  done
  [ -z "${KAFKA_COMMAND_CONFIG:-}" ] || arguments+=(--command-config "$KAFKA_COMMAND_CONFIG")
  kafka-topics.sh "${arguments[@]}"
}

# Equally many partitions: one task reads a partition of each.
create events "$partitions" cleanup.policy=delete retention.ms=$((7 * day))
# Compaction waits as long as events are kept, so that recent history replays exactly. Retention: more than twice snapshot.interval.ms.
create objects "$partitions" cleanup.policy=compact,delete min.compaction.lag.ms=$((7 * day)) retention.ms=$((14 * day))
# Every instance reads all of it, in order.
create lineage 1 cleanup.policy=compact
# Spans of a replay are stamped with their own time: by that time a broker would delete them at once.
create spans "$partitions" cleanup.policy=delete retention.ms=$((7 * day)) message.timestamp.type=LogAppendTime
# Two records a change: when it begins and when its trace is finished. Both are there for a week, then the second; none is older than a quarter.
create changes "$partitions" cleanup.policy=compact,delete min.compaction.lag.ms=$((7 * day)) retention.ms=$((90 * day))
# Events as log records, with logs.enabled=true; empty otherwise.
create logs "$partitions" cleanup.policy=delete retention.ms=$((7 * day)) message.timestamp.type=LogAppendTime
create dead-letters "$partitions" cleanup.policy=delete retention.ms=$((14 * day))
# The connector's own, for heartbeat.interval.ms: only the last one says anything.
create heartbeats 1 cleanup.policy=compact
