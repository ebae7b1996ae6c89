#!/usr/bin/env bash
# Makes an empty machine the bot's. Each step finds out whether it is done already, so it can run at every start.
set -euo pipefail

bin=/opt/smartcloudops/bin

# A fixed number, so that the next machine's user owns what this one's wrote.
systemd-sysusers --inline 'u smartcloudops 930 "SmartCloudOps AI"'

"$bin/mount-data.sh" "$DATA_DEVICE" "$DATA_FOLDER"
install --directory --owner=smartcloudops --group=smartcloudops --mode=0700 "$DATA_FOLDER"

"$bin/install.sh" current "$RELEASE_URL" "$RELEASE_SHA256"
"$bin/install.sh" programs/node_exporter "$NODE_EXPORTER_URL" "$NODE_EXPORTER_HASH"

# Amazon's own authorities for its databases, which no system knows; fetched over TLS from Amazon.
if [ -n "${DATABASE_ADDRESS:-}" ] && [ ! -e /etc/smartcloudops/rds-ca.pem ]; then
  curl --fail --silent --show-error --proto '=https' --retry 5 --output /etc/smartcloudops/rds-ca.pem.part \
    https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem
  mv /etc/smartcloudops/rds-ca.pem.part /etc/smartcloudops/rds-ca.pem
fi

systemctl start smartcloudops-secrets.service
systemctl enable --now smartcloudops-secrets.timer node-exporter.service
systemctl start --no-block smartcloudops.service
