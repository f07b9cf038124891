#!/usr/bin/env bash
# scripts.sh DIRECTORY: writes the scripts of a Kafka distribution that docker-compose.yml, its documentation and Testcontainers call.
set -euo pipefail

# script NAME CLASS [OPTION]: logs of tools go to stderr, those of servers to stdout.
script() {
  cat >"$1" <<SCRIPT
#!/usr/bin/env bash
export KAFKA_OPTS="\${KAFKA_OPTS:-} ${3:-}"
exec /opt/kafka/bin/kafka-run-class.sh $2 "\$@"
SCRIPT
  chmod 755 "$1"
}

cd "$1"
server="-Dkafka.log.level=INFO -Dkafka.log.target=SYSTEM_OUT"
script kafka-server-start.sh kafka.Kafka "$server"
script connect-distributed.sh org.apache.kafka.connect.cli.ConnectDistributed "$server"
script kafka-storage.sh kafka.tools.StorageTool
script kafka-topics.sh org.apache.kafka.tools.TopicCommand
script kafka-broker-api-versions.sh org.apache.kafka.tools.BrokerApiVersionsCommand
script kafka-transactions.sh org.apache.kafka.tools.TransactionsCommand
