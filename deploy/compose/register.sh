#!/bin/sh
# register.sh NAME KUBECONFIG CONFIG.json: creates the connector, or gives it this configuration.
set -eu
if [ ! -s "$2" ]; then
  echo "no cluster to watch: set KSPAN_KUBECONFIG to a kubeconfig file that user 1000 can read, or start with --profile k3s"
  exit 0
fi
curl --silent --show-error --fail-with-body --retry 10 --retry-all-errors --retry-delay 2 --max-time 30 \
  -X PUT -H 'Content-Type: application/json' --data "@$3" "$CONNECT_URL/connectors/$1/config"
echo
