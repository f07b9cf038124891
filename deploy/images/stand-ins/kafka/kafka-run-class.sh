#!/usr/bin/env bash
# kafka-run-class.sh CLASS ARGUMENT...: what the scripts beside it call. KAFKA_HEAP_OPTS and KAFKA_OPTS are options of the JVM.
set -euo pipefail
# shellcheck disable=SC2086
exec java ${KAFKA_HEAP_OPTS:--Xmx256m} ${KAFKA_OPTS:-} -Dlog4j2.configurationFile=/opt/kafka/config/log4j2.xml -cp '/opt/kafka/libs/*' "$@"
