#!/usr/bin/env bash
# Kubernetes Events as OpenTelemetry traces: builds what is missing, then runs the whole pipeline in one process.
# ./quickstart.sh --help tells what else it can do. Needs a JDK 17+, Maven, and network to Maven Central for the first build.
set -euo pipefail

home="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
target="$home/quickstart/target"
marker="$target/quickstart.built"
build_log="$home/.quickstart/build.log"

die() {
  printf 'error: %s\n' "$*" >&2
  exit 2
}

find_java() {
  if [ -n "${JAVA_HOME:-}" ]; then
    java="$JAVA_HOME/bin/java"
    [ -x "$java" ] || die "JAVA_HOME=$JAVA_HOME has no bin/java; point it to a JDK 17 or newer, or unset it"
  else
    java="$(command -v java)" || die "java is not on the PATH; install a JDK 17 or newer (for example from https://adoptium.net)"
  fi
  # "17.0.15" and "25" are new style, "1.8.0_392" is old.
  java_version="$("$java" -version 2>&1 | sed -n 's/^[^"]*version "\([0-9]*\)\(\.\([0-9]*\)\)\{0,1\}.*/\1 \3/p' | head -n 1)"
  read -r java_major java_minor <<<"$java_version" || true
  [ "${java_major:-}" != 1 ] || java_major="${java_minor:-0}"
  [ "${java_major:-0}" -ge 17 ] || die "$java is version ${java_major:-unknown}; install a JDK 17 or newer, or set JAVA_HOME to one"
}

built() {
  [ -e "$marker" ] && [ -d "$target/lib" ] && [ -d "$target/connector-record" ] && [ -d "$home/event-source-connector/target/plugin" ] || return 1
  [ -z "$(find "$home/pom.xml" "$home"/*/pom.xml "$home"/*/src/main -newer "$marker" -print 2>/dev/null | head -n 1)" ]
}

# One line that changes on a terminal; elsewhere a line now and then.
show_build() {
  local seconds="$1" downloads module
  downloads="$(grep -c '^\[INFO\] Downloaded from\|^Downloaded from' "$build_log" 2>/dev/null || true)"
  module="$(sed -n 's/.*Building \([a-z-]*\) .*/\1/p' "$build_log" 2>/dev/null | tail -n 1)"
  local text="building ${module:-...}: ${seconds} s, ${downloads:-0} files downloaded"
  if [ -t 2 ]; then
    printf '\r%-79s' "$text" >&2
  elif [ $((seconds % 10)) -eq 0 ]; then
    printf '%s\n' "$text" >&2
  fi
}

build() {
  command -v mvn >/dev/null || die "mvn is not on the PATH; install Apache Maven 3.8 or newer"
  [ -x "$(dirname "$java")/javac" ] || command -v javac >/dev/null \
    || die "$java comes without javac; install a JDK (not only a JRE) 17 or newer"
  mkdir -p "$home/.quickstart" "$target"
  printf 'building kspan-streams (the first time Maven also downloads what it needs; log: %s)\n' "$build_log" >&2
  touch "$marker.new"
  # Jars of dependencies that are no longer ours would stay on the classpath.
  rm -rf "$target/lib" "$target/connector-record"
  # Formatter, style, tests, benchmarks (which need the tests' classes) and checks of what is deployed are for contributors: mvn verify runs them.
  mvn -B -f "$home/pom.xml" -pl '!benchmarks,!deploy' -Dmaven.test.skip=true -Dspotless.check.skip=true -Dcheckstyle.skip=true \
    -Denforcer.skip=true package >"$build_log" 2>&1 &
  local maven=$! seconds=0
  trap 'kill "$maven" 2>/dev/null || true; printf "\n" >&2; exit 130' INT TERM
  while kill -0 "$maven" 2>/dev/null; do
    show_build "$seconds"
    sleep 1
    seconds=$((seconds + 1))
  done
  trap - INT TERM
  [ ! -t 2 ] || printf '\r%-79s\r' '' >&2
  if ! wait "$maven"; then
    grep '^\[ERROR\]' "$build_log" | head -n 20 >&2 || tail -n 20 "$build_log" >&2
    printf 'error: the build failed; the whole log is in %s\n' "$build_log" >&2
    exit 1
  fi
  mv "$marker.new" "$marker"
  printf 'built in %d s\n' "$seconds" >&2
}

find_java
built || build

flags=(-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto)
# Kafka's compression, RocksDB and protobuf use what newer JDKs warn about.
[ "$java_major" -lt 22 ] || flags+=(--enable-native-access=ALL-UNNAMED)
[ "$java_major" -lt 23 ] || flags+=(--sun-misc-unsafe-memory-access=allow)

export KSPAN_HOME="$home"
if [ -t 1 ]; then
  export KSPAN_TERMINAL=1
  KSPAN_COLUMNS="$(tput cols 2>/dev/null || printf '')"
  export KSPAN_COLUMNS
fi
# exec: Ctrl-C and kill reach the JVM itself.
exec "$java" "${flags[@]}" -cp "$target/classes:$target/connector-record:$target/lib/*" io.kspan.quickstart.Main "$@"
