#!/usr/bin/env bash
# http-ok PORT PATH: succeeds if http://127.0.0.1:PORT/PATH answers 200. The images come without curl.
set -euo pipefail
exec 3<>"/dev/tcp/127.0.0.1/$1"
printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' "$2" >&3
IFS= read -r status <&3
[[ "$status" == HTTP/1.?' 200 '* ]]
