#!/usr/bin/env bash
# Runs one of the bot's tools with the bot's settings, as its user: tool.sh backup, or tool.sh restore [--from NAME] [--to FOLDER].
set -euo pipefail

if [[ ! "${1:-}" =~ ^(backup|restore)$ ]]; then
  echo "usage: tool.sh backup, or tool.sh restore [--from NAME] [--to FOLDER]" >&2
  exit 64
fi

release=/opt/smartcloudops/current
exec systemd-run --quiet --pipe --wait --collect --uid=smartcloudops --gid=smartcloudops --working-directory="$release" \
  --property=EnvironmentFile=/etc/smartcloudops/bot.env --property=NoNewPrivileges=yes --property=ProtectSystem=strict \
  --property=ReadWritePaths=/var/lib/smartcloudops --property=PrivateTmp=yes --property=UMask=0077 \
  "$release/bin/node" "src/tools/$1.ts" "${@:2}"
