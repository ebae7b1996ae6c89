#!/usr/bin/env bash
# Makes an empty machine the one of Prometheus, Alertmanager and Grafana. Each step finds out whether it is done already.
set -euo pipefail

bin=/opt/smartcloudops/bin

# Fixed numbers, so that the next machine's users own what this one's wrote.
systemd-sysusers --inline 'u prometheus 931 "Prometheus"' 'u grafana 932 "Grafana"' 'u alertmanager 933 "Alertmanager"'

"$bin/mount-data.sh" "$DATA_DEVICE" "$DATA_FOLDER"
for program in prometheus alertmanager grafana; do
  install --directory --owner="$program" --group="$program" --mode=0700 "$DATA_FOLDER/$program"
done

# The bot's release brings the rules and the dashboards.
"$bin/install.sh" current "$RELEASE_URL" "$RELEASE_SHA256"
"$bin/install.sh" programs/node_exporter "$NODE_EXPORTER_URL" "$NODE_EXPORTER_HASH"
"$bin/install.sh" programs/prometheus "$PROMETHEUS_URL" "$PROMETHEUS_HASH"
"$bin/install.sh" programs/alertmanager "$ALERTMANAGER_URL" "$ALERTMANAGER_HASH"
"$bin/install.sh" programs/grafana "$GRAFANA_URL" "$GRAFANA_HASH"

systemctl start smartcloudops-secrets.service
systemctl enable --now smartcloudops-secrets.timer node-exporter.service
systemctl start --no-block prometheus.service alertmanager.service grafana.service
