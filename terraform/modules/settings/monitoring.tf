locals {
  # Prometheus keeps under its volume's size: the last tenth stays free for Grafana and the write-ahead log.
  retention_gb = max(1, floor(var.data_gb.monitoring * 0.8))

  prometheus = yamlencode({
    global     = { scrape_interval = "15s", evaluation_interval = "15s", external_labels = { environment = var.environment, runbooks = var.runbooks_url } }
    rule_files = ["/opt/smartcloudops/current/manifests/prometheus/rules/*.yml"]
    alerting = {
      # It is in the link of each alert already.
      alert_relabel_configs = [{ action = "labeldrop", regex = "runbooks" }]
      alertmanagers         = [{ static_configs = [{ targets = ["127.0.0.1:9093"] }] }]
    }
    scrape_configs = [
      {
        job_name = "node"
        static_configs = [
          { targets = ["127.0.0.1:9100"], labels = { host = "monitoring" } },
          { targets = ["${local.addresses.application}:9100"], labels = { host = "application" } },
        ]
        relabel_configs = [{ source_labels = ["host"], target_label = "instance", replacement = "$1:9100" }]
      },
      {
        job_name        = "prometheus"
        static_configs  = [{ targets = ["127.0.0.1:9090"] }]
        relabel_configs = [{ target_label = "instance", replacement = "monitoring:9090" }]
      },
      {
        job_name        = "alertmanager"
        static_configs  = [{ targets = ["127.0.0.1:9093"] }]
        relabel_configs = [{ target_label = "instance", replacement = "monitoring:9093" }]
      },
      {
        job_name       = "smartcloudops"
        authorization  = { credentials_file = "/run/credentials/prometheus.service/secrets_API_KEY" }
        static_configs = [{ targets = ["${local.addresses.application}:5000"] }]
      },
    ]
  })
}
