# The machine of Prometheus and Grafana.

module "monitoring" {
  source = "./modules/instance"

  name              = "${local.label}-monitoring"
  architecture      = var.architecture
  size              = module.settings.sizes.monitoring
  zone              = module.settings.zones.monitoring
  subnet_id         = local.subnet_ids[module.settings.zones.monitoring]
  private_ip        = module.settings.addresses.monitoring
  security_group_id = module.network.group_ids["monitoring"]
  profile           = module.identity.profiles["monitoring"]
  key_name          = one(aws_key_pair.ssh[*].key_name)
  data_gb           = var.data_gb.monitoring

  environments = {
    "/etc/smartcloudops/machine.env" = merge(local.common_environment, {
      DATA_FOLDER     = "/var/lib/monitoring"
      SECRET_PATHS    = join(" ", module.settings.secret_paths.monitoring)
      SECRET_READERS  = "prometheus.service grafana.service"
      PROMETHEUS_URL  = module.settings.programs.prometheus.url
      PROMETHEUS_HASH = module.settings.programs.prometheus.sha256
      GRAFANA_URL     = module.settings.programs.grafana.url
      GRAFANA_HASH    = module.settings.programs.grafana.sha256
    })
    "/etc/smartcloudops/prometheus.env" = { RETENTION_SIZE = "${module.settings.retention_gb}GB" }
    "/etc/smartcloudops/grafana.env" = {
      GF_SERVER_ROOT_URL        = var.load_balancer == null ? "http://localhost:3000/" : "https://${var.load_balancer.grafana_name}/"
      GF_SECURITY_COOKIE_SECURE = var.load_balancer != null
    }
  }

  scripts = merge(local.common_scripts, {
    "/opt/smartcloudops/bin/set-up.sh" = file("${path.module}/boot/monitoring/set-up.sh")
  })

  files = merge(
    local.common_units,
    { for name in ["prometheus.service", "grafana.service"] : "/etc/systemd/system/${name}" => file("${path.module}/boot/monitoring/${name}") },
    {
      "/etc/smartcloudops/prometheus.yaml"                       = module.settings.prometheus
      "/etc/smartcloudops/grafana.ini"                           = file("${path.module}/boot/monitoring/grafana.ini")
      "/etc/smartcloudops/grafana/datasources/prometheus.yaml"   = file("${path.module}/boot/monitoring/datasource.yaml")
      "/etc/smartcloudops/grafana/dashboards/smartcloudops.yaml" = file("${path.module}/boot/monitoring/dashboards.yaml")
    },
  )
}
