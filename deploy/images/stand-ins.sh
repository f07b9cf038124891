#!/usr/bin/env bash
# Builds stand-ins for the images that the Dockerfile and docker-compose.yml start from, under the same names, where no image registry is reachable.
#   deploy/images/stand-ins.sh            builds those of them that the engine does not have
#   deploy/images/stand-ins.sh --remove   removes the stand-ins, and no other image
# They are made of Debian's packages and of jars of Maven Central: stand-ins/Dockerfile. Each has the label io.kspan.stand-in, and an image without it,
# such as a real one, is never replaced. There are none for k3s and for the OpenTelemetry Collector (profiles k3s and collector).
# Needs Docker with BuildKit, mmdebstrap and root. DOCKER_HOST is honoured; BUILD_NETWORK is the network of the build, such as host;
# MAVEN_SETTINGS names a settings.xml for the build, for a mirror of Maven Central.
set -euo pipefail
cd "$(dirname "$0")"

base=kspan/stand-in-base:bookworm
# name of the image, stage of stand-ins/Dockerfile
images=(
  "maven:3.9.12-eclipse-temurin-17-noble maven"
  "eclipse-temurin:17.0.20_8-jre-noble jre"
  "apache/kafka:4.3.1 kafka"
  "curlimages/curl:8.16.0 curl"
  "jaegertracing/jaeger:2.21.0 jaeger"
)

die() {
  printf 'stand-ins.sh: %s\n' "$*" >&2
  exit 1
}

docker version >/dev/null 2>&1 || die "no Docker engine answers at ${DOCKER_HOST:-the default address}: start one, or set DOCKER_HOST"

# label IMAGE: "true" for a stand-in, empty for another image; fails if there is none.
label() {
  docker image inspect --format '{{index .Config.Labels "io.kspan.stand-in"}}' "$1" 2>/dev/null
}

if [ "${1:-}" = --remove ]; then
  for image in "${images[@]}" "$base -"; do
    [ "$(label "${image% *}")" != true ] || docker image rm "${image% *}"
  done
  exit 0
fi
[ $# -eq 0 ] || die "usage: stand-ins.sh [--remove]"

missing=()
for image in "${images[@]}"; do
  if label "${image% *}" >/dev/null; then
    printf 'is there: %s\n' "${image% *}"
  else
    missing+=("$image")
  fi
done
[ ${#missing[@]} -gt 0 ] || exit 0

if ! label "$base" >/dev/null; then
  command -v mmdebstrap >/dev/null || die "mmdebstrap is not installed: apt-get install mmdebstrap"
  printf 'building %s\n' "$base"
  mmdebstrap --quiet --variant=minbase --include=ca-certificates --dpkgopt=force-unsafe-io bookworm - \
    | docker import --change 'LABEL io.kspan.stand-in=true' - "$base" >/dev/null
fi

context="$(mktemp -d)"
trap 'rm -rf "$context"' EXIT
cp -r stand-ins/. "$context"
mkdir "$context/ca"
find /usr/local/share/ca-certificates -name '*.crt' -exec cp {} "$context/ca" \; 2>/dev/null || true
arguments=(--network "${BUILD_NETWORK:-default}")
[ -z "${MAVEN_SETTINGS:-}" ] || arguments+=(--secret "id=maven-settings,src=$MAVEN_SETTINGS")
for image in "${missing[@]}"; do
  printf 'building %s\n' "${image% *}"
  DOCKER_BUILDKIT=1 docker build --quiet "${arguments[@]}" --target "${image#* }" --tag "${image% *}" "$context" >/dev/null
done
docker image ls --filter label=io.kspan.stand-in=true
