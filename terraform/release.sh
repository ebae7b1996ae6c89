#!/usr/bin/env bash
# Makes the bot's release from the commit that is checked out, with the Node that runs it, and prints what goes into
# terraform.tfvars: release.sh arm64|x86_64 [BUCKET]. With a bucket it is uploaded too.
# The same commit gives the same archive, byte for byte, on any computer.
set -euo pipefail
umask 022
cd "$(dirname "$0")/.."

architecture="${1:-}" bucket="${2:-}"
case "$architecture" in
  arm64) cpu=arm64 ;;
  x86_64) cpu=x64 ;;
  *) echo "usage: release.sh arm64|x86_64 [BUCKET]" >&2; exit 64 ;;
esac

for program in git node npm tar gzip sha256sum sha512sum ${bucket:+aws}; do
  command -v "$program" >/dev/null && continue
  echo "release.sh needs $program: see \"You need\" in terraform/README.md" >&2
  exit 69
done
if [[ "$(tar --version)" != *"GNU tar"* ]]; then
  echo 'release.sh needs GNU tar, and the tar here is another one: see "You need" in terraform/README.md' >&2
  exit 69
fi

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/smartcloudops/bin" dist

git archive HEAD package.json package-lock.json .npmrc LICENSE src manifests | tar --extract --directory "$work/smartcloudops"
(cd "$work/smartcloudops" && npm ci --omit=dev --ignore-scripts --no-audit --prefer-offline --os=linux --cpu="$cpu" --libc=glibc >&2)

# Node comes from the package that the tests run on; what is downloaded has to be what was looked at.
package="$(grep -o "node-linux-$cpu-[0-9.]*[0-9]" terraform/node.sha512)"
(cd "$work" && npm pack --silent --prefer-offline "node-linux-$cpu@${package##*-}" >/dev/null)
if ! (cd "$work" && grep " $package.tgz\$" "$OLDPWD/terraform/node.sha512" | sha512sum --check --status); then
  echo "$package.tgz has another checksum than terraform/node.sha512 says; nothing was made" >&2
  exit 1
fi
tar --extract --gzip --file "$work/$package.tgz" --directory "$work/smartcloudops" --strip-components=1 package/bin/node package/LICENSE
mv "$work/smartcloudops/LICENSE" "$work/smartcloudops/bin/LICENSE.node"
git show HEAD:LICENSE >"$work/smartcloudops/LICENSE"

version="$(node -p 'require("./package.json").version')-$(git rev-parse --short=7 HEAD)"
archive="dist/smartcloudops-$version-$architecture.tar.gz"
tar --create --directory "$work" --sort=name --mtime="@$(git log -1 --format=%ct)" --owner=0 --group=0 --numeric-owner \
  --mode='u=rwX,go=rX' smartcloudops | gzip --fast --no-name >"$archive"
sha256="$(sha256sum "$archive" | cut -d ' ' -f 1)"

if [ -n "$bucket" ]; then
  aws s3 cp "$archive" "s3://$bucket/bot/${archive##*/}" --only-show-errors
fi

printf 'release = {\n  version = "%s"\n  sha256  = "%s"\n}\n' "$version" "$sha256"
