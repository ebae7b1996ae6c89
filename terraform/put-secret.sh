#!/usr/bin/env bash
# Puts a secret where the machines look for it: put-secret.sh /NAME/ENVIRONMENT/bot|monitoring|shared|cache/VARIABLE
# It is asked for, or read from the standard input, and never stands in a command line, a history or Terraform's state.
# With --generate it is made up here and seen by nobody.
set -euo pipefail

parameter="${1:-}"
if [[ ! "$parameter" =~ ^/([a-z0-9-]+)/([a-z0-9]+)/(bot|monitoring|shared|cache)/[A-Z][A-Z0-9_]*$ ]]; then
  echo "usage: put-secret.sh /NAME/ENVIRONMENT/bot|monitoring|shared|cache/VARIABLE [--generate]" >&2
  exit 64
fi
for program in aws openssl; do
  command -v "$program" >/dev/null && continue
  echo "put-secret.sh needs $program: see \"You need\" in terraform/README.md" >&2
  exit 69
done
key="alias/${BASH_REMATCH[1]}-${BASH_REMATCH[2]}-secrets"

if [ "${2:-}" = --generate ]; then
  value="$(openssl rand -hex 24)"
else
  [ -t 0 ] && printf '%s: ' "${parameter##*/}" >&2
  IFS= read -rs value || [ -n "$value" ]
  [ -t 0 ] && echo >&2
fi
[ -n "$value" ] || { echo "nothing was given, nothing was put" >&2; exit 1; }

printf '%s' "$value" | aws ssm put-parameter --name "$parameter" --type SecureString --key-id "$key" --overwrite \
  --value file:///dev/stdin --query Version --output text | sed "s|^|$parameter is version |"
