#!/usr/bin/env bash
# Runs one of the bot's tools with the bot's settings, as its user: tool.sh backup, or tool.sh restore [--from NAME] [--to FOLDER].
# Of the secrets it gets those of storage; what is for chat and models of language is none of its business.
set -euo pipefail

if [[ ! "${1:-}" =~ ^(backup|restore)$ ]]; then
  echo "usage: tool.sh backup, or tool.sh restore [--from NAME] [--to FOLDER]" >&2
  exit 64
fi

release=/opt/smartcloudops/current
unit="smartcloudops-tool-$$.service"

secrets=()
for name in DATABASE_URL S3_SECRET_ACCESS_KEY; do
  [ -e "/run/smartcloudops/secrets/$name" ] || continue
  secrets+=("--property=LoadCredential=$name:/run/smartcloudops/secrets/$name" "--setenv=${name}_FILE=/run/credentials/$unit/$name")
done

exec systemd-run --quiet --pipe --wait --collect --unit="$unit" --uid=smartcloudops --gid=smartcloudops \
  --working-directory="$release" "${secrets[@]}" \
  --property=EnvironmentFile=/etc/smartcloudops/bot.env --property=NoNewPrivileges=yes --property=ProtectSystem=strict \
  --property=ReadWritePaths=/var/lib/smartcloudops --property=PrivateTmp=yes --property=UMask=0077 \
  "$release/bin/node" "src/tools/$1.ts" "${@:2}"
