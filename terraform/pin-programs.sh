#!/usr/bin/env bash
# Writes programs.auto.tfvars.json: the version of each program that the machines download, and the checksums that its makers
# publish. Look at the difference and commit it; from then on a machine takes exactly these archives and no others.
#   pin-programs.sh [prometheus=3.5.0] [alertmanager=0.28.1] [node_exporter=1.9.1] [grafana=12.1.0]
set -euo pipefail
cd "$(dirname "$0")"

if ((BASH_VERSINFO[0] < 4)); then
  echo "pin-programs.sh needs bash 4 or newer, and this is $BASH_VERSION: see \"You need\" in terraform/README.md" >&2
  exit 69
fi
command -v curl >/dev/null || { echo "pin-programs.sh needs curl: see \"You need\" in terraform/README.md" >&2; exit 69; }

declare -A versions=([prometheus]=3.5.0 [alertmanager]=0.28.1 [node_exporter]=1.9.1 [grafana]=12.1.0)
for wanted in "$@"; do
  if [[ ! "$wanted" =~ ^(prometheus|alertmanager|node_exporter|grafana)=([0-9]+\.[0-9]+\.[0-9]+)$ ]]; then
    echo "$wanted is not NAME=VERSION of prometheus, alertmanager, node_exporter or grafana" >&2
    exit 64
  fi
  versions[${BASH_REMATCH[1]}]="${BASH_REMATCH[2]}"
done

fetch() { curl --fail --silent --show-error --location --proto '=https' "$1"; }

# sum NAME VERSION ARCHITECTURE: the checksum that the makers publish of one archive.
sum() {
  local archive="$1-$2.linux-$3.tar.gz"
  case "$1" in
    grafana) fetch "https://dl.grafana.com/oss/release/$archive.sha256" ;;
    *) fetch "https://github.com/prometheus/$1/releases/download/v$2/sha256sums.txt" | grep " $archive\$" ;;
  esac | grep -oE '^[0-9a-f]{64}' || { echo "no checksum of $archive was found" >&2; return 1; }
}

lines=()
for name in alertmanager grafana node_exporter prometheus; do
  version="${versions[$name]}"
  arm="$(sum "$name" "$version" arm64)"
  intel="$(sum "$name" "$version" amd64)"
  lines+=("    \"$name\": { \"version\": \"$version\", \"sha256\": { \"arm64\": \"$arm\", \"x86_64\": \"$intel\" } }")
done
{
  printf '{\n  "programs": {\n'
  printf '%s,\n' "${lines[@]}" | sed '$s/,$//'
  printf '  }\n}\n'
} >programs.auto.tfvars.json.part
mv programs.auto.tfvars.json.part programs.auto.tfvars.json
cat programs.auto.tfvars.json
