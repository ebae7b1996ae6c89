#!/bin/sh
# Starts the stack of compose.yaml. Makes the secrets that are missing first: a random password for Grafana, and for each secret
# of the bot a file with what `.env` has of it, so that it is in no container's environment; without, a random key and empty
# files. What is there is left alone.
set -eu
cd "$(dirname "$0")/../.."

# Containers see a secret under its owner and mode on this machine: each file can be read, the folder by its owner only.
mkdir -p secrets
chmod 700 secrets
make() {
  [ -s "secrets/$1" ] || (umask 022 && printf '%s' "$2" >"secrets/$1")
}
random() {
  od -An -N24 -tx1 /dev/urandom | tr -d ' \n'
}
# in_env NAME: the value in `.env`, without quotes and what stands behind it.
in_env() {
  [ -e .env ] || return 0
  sed -n "s/^ *\(export  *\)\{0,1\}$1 *= *//p" .env | tail -n 1 |
    sed -e 's/[[:space:]]\{1,\}#.*$//' -e 's/[[:space:]]*$//' -e 's/^"\(.*\)"$/\1/' -e "s/^'\(.*\)'\$/\1/" | tr -d '\r\n'
}
for name in SLACK_BOT_TOKEN SLACK_APP_TOKEN DISCORD_TOKEN GEMINI_API_KEY OPENAI_API_KEY ALERTMANAGER_TOKEN API_KEY HEARTBEAT_URL DATABASE_URL S3_SECRET_ACCESS_KEY; do
  file="$(printf '%s' "$name" | tr '[:upper:]' '[:lower:]')"
  given="$(in_env "$name")"
  make "$file" "$given"
  if [ -n "$given" ] && [ "$given" != "$(cat "secrets/$file")" ]; then
    echo "secrets/$file is not what .env has as $name: the file is used" >&2
  fi
done
make api_key "$(random)"
make grafana_password "$(random)"

exec docker compose up --detach --build --wait "$@"
