#!/usr/bin/env bash
# Puts an archive in its place: install.sh PLACE URL SHA256. The archive has one folder, which becomes
# /opt/smartcloudops/PLACE; an archive with another checksum is not unpacked.
set -euo pipefail
umask 022

place="/opt/smartcloudops/$1" url="$2" sha256="$3"
unpacked="/opt/smartcloudops/archives/$sha256"

if [ ! -d "$unpacked" ]; then
  mkdir -p /opt/smartcloudops/archives
  work="$(mktemp -d /opt/smartcloudops/archives/.unpacking.XXXXXX)"
  trap 'rm -rf "$work"' EXIT

  case "$url" in
    s3://*) aws s3 cp "$url" "$work/archive" --only-show-errors ;;
    https://*) curl --fail --silent --show-error --location --proto '=https' --retry 5 --output "$work/archive" "$url" ;;
    *) echo "$url is neither s3:// nor https://" >&2; exit 1 ;;
  esac
  if ! sha256sum --check --status <<<"$sha256  $work/archive"; then
    echo "$url is not what was asked for: its checksum is $(sha256sum "$work/archive" | cut -d ' ' -f 1), not $sha256" >&2
    exit 1
  fi
  mkdir "$work/tree"
  tar --extract --gzip --no-same-owner --strip-components=1 --file "$work/archive" --directory "$work/tree"
  mv "$work/tree" "$unpacked"
fi

mkdir -p "$(dirname "$place")"
ln -sfn "$unpacked" "$place"
