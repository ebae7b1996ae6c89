#!/bin/sh
# Starts the stack of compose.yaml. Makes the secrets that are missing first: random ones for the bot's key and Grafana's
# password, empty files for the tokens of what you may use. What is there is left alone.
set -eu
cd "$(dirname "$0")/../.."

# Containers see a secret under its owner and mode on this machine: each file can be read, the folder by its owner only.
mkdir -p secrets
chmod 700 secrets
make() {
  [ -e "secrets/$1" ] || (umask 022 && printf '%s' "$2" >"secrets/$1")
}
random() {
  od -An -N24 -tx1 /dev/urandom | tr -d ' \n'
}
make api_key "$(random)"
make grafana_password "$(random)"
for token in slack_bot_token slack_app_token discord_token gemini_api_key openai_api_key s3_secret_access_key; do
  make "$token" ''
done

exec docker compose up --detach --build --wait "$@"
