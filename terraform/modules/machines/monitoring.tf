output "monitoring" {
  description = "What the machine of Prometheus, Alertmanager and Grafana is told."
  value = {
    environments = {
      "${local.etc}/machine.env" = merge(local.machine, {
        DATA_FOLDER       = "/var/lib/monitoring"
        SECRET_PATHS      = join(" ", var.secret_paths.monitoring)
        SECRET_READERS    = "prometheus.service alertmanager.service grafana.service"
        PROMETHEUS_URL    = var.programs.prometheus.url
        PROMETHEUS_HASH   = var.programs.prometheus.sha256
        ALERTMANAGER_URL  = var.programs.alertmanager.url
        ALERTMANAGER_HASH = var.programs.alertmanager.sha256
        GRAFANA_URL       = var.programs.grafana.url
        GRAFANA_HASH      = var.programs.grafana.sha256
      })
      "${local.etc}/prometheus.env" = { RETENTION_SIZE = "${var.retention_gb}GB" }
      "${local.etc}/grafana.env" = {
        GF_SERVER_ROOT_URL        = var.grafana_name == null ? "http://localhost:3000/" : "https://${var.grafana_name}/"
        GF_SECURITY_COOKIE_SECURE = tostring(var.grafana_name != null)
      }
    }

    scripts = merge(local.scripts, { "${local.bin}/set-up.sh" = file("${local.boot}/monitoring/set-up.sh") })

    files = merge(local.units, {
      "${local.unit}/prometheus.service"                   = file("${local.boot}/monitoring/prometheus.service")
      "${local.unit}/alertmanager.service"                 = file("${local.boot}/monitoring/alertmanager.service")
      "${local.unit}/grafana.service"                      = file("${local.boot}/monitoring/grafana.service")
      "${local.etc}/prometheus.yaml"                       = var.prometheus
      "${local.etc}/alertmanager.yaml"                     = var.alertmanager
      "${local.etc}/grafana.ini"                           = file("${local.boot}/monitoring/grafana.ini")
      "${local.etc}/grafana/datasources/prometheus.yaml"   = file("${local.boot}/monitoring/datasource.yaml")
      "${local.etc}/grafana/dashboards/smartcloudops.yaml" = file("${local.boot}/monitoring/dashboards.yaml")
    })
  }
}
