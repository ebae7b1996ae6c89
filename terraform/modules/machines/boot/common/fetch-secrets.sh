#!/usr/bin/env bash
# Fetches the machine's secrets from Parameter Store into memory, a file each, and restarts who reads them when they changed.
# Who gave up for want of a good one is started again; who was stopped by hand stays so.
# Their readers get them by systemd's LoadCredential; no secret stands in an environment, a command line or on a disk.
set -euo pipefail
umask 077

run=/run/smartcloudops
secrets="$run/secrets"
mkdir -p "$secrets"
next="$(mktemp -d "$run/next.XXXXXX")"
trap 'rm -rf "$next"' EXIT
mkdir "$next/secrets"

read -ra paths <<<"$SECRET_PATHS"
read -ra readers <<<"$SECRET_READERS"

for path in "${paths[@]}"; do
  aws ssm get-parameters-by-path --path "$path" --with-decryption \
    --query 'Parameters[].[Name,Value]' --output text >"$next/answer"
  while IFS=$'\t' read -r name value; do
    if [[ ! "$name" =~ ^"$path"/[A-Z][A-Z0-9_]*$ ]]; then
      echo "under $path there is a parameter that is no variable in capitals with a value of one line" >&2
      exit 1
    fi
    printf '%s' "$value" >"$next/secrets/${name##*/}"
  done <"$next/answer"
done

# RDS keeps the password where it changes it; the bot wants it as a URL.
if [ -n "${DATABASE_SECRET_ARN:-}" ]; then
  aws secretsmanager get-secret-value --secret-id "$DATABASE_SECRET_ARN" --query SecretString --output text |
    /opt/smartcloudops/current/bin/node /opt/smartcloudops/bin/database-url.mjs >"$next/secrets/DATABASE_URL"
fi

diff --recursive --brief "$secrets" "$next/secrets" >/dev/null && [ -e "$run/secrets.env" ] && exit 0

# What a reader finds in its environment is where each secret is.
: >"$next/secrets.env"
for file in "$next/secrets"/*; do
  [ -e "$file" ] || continue
  echo "${file##*/}_FILE=/run/credentials/${readers[0]}/secrets_${file##*/}" >>"$next/secrets.env"
done

mv "$secrets" "$next/before"
mv "$next/secrets" "$secrets"
mv "$next/secrets.env" "$run/secrets.env"
systemctl try-restart --no-block "${readers[@]}"
for reader in "${readers[@]}"; do
  # Nothing else starts a unit again that has failed, and "try-restart" leaves it alone.
  if systemctl is-failed --quiet "$reader"; then
    systemctl reset-failed "$reader"
    systemctl start --no-block "$reader"
  fi
done
