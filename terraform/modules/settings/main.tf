locals {
  label = "${var.name}-${var.environment}"

  # The network that the bot's addresses are counted from; the second and third byte tell the subnet.
  cidr      = "10.0.0.0/16"
  subnets   = [cidrsubnet(local.cidr, 8, 1), cidrsubnet(local.cidr, 8, 2)]
  addresses = { application = cidrhost(local.subnets[0], 10), monitoring = cidrhost(local.subnets[1], 10) }

  smallest = { arm64 = "t4g.micro", x86_64 = "t3.micro" }
  sizes = {
    application = coalesce(var.sizes.application, local.smallest[var.architecture])
    monitoring  = coalesce(var.sizes.monitoring, local.smallest[var.architecture])
  }

  buckets = { for use in ["models", "logs", "releases"] : use => "${local.label}-${use}-${var.account_id}" }

  secrets = "/${var.name}/${var.environment}"
  secret_paths = {
    bot        = ["${local.secrets}/bot", "${local.secrets}/shared"]
    monitoring = ["${local.secrets}/monitoring", "${local.secrets}/shared"]
  }

  release_key = "bot/smartcloudops-${var.release.version}-${var.architecture}.tar.gz"

  # What each project calls the architecture in the names of its archives.
  their_name = { arm64 = "arm64", x86_64 = "amd64" }
  archives = {
    alertmanager  = "https://github.com/prometheus/alertmanager/releases/download/v%[1]s/alertmanager-%[1]s.linux-%[2]s.tar.gz"
    prometheus    = "https://github.com/prometheus/prometheus/releases/download/v%[1]s/prometheus-%[1]s.linux-%[2]s.tar.gz"
    node_exporter = "https://github.com/prometheus/node_exporter/releases/download/v%[1]s/node_exporter-%[1]s.linux-%[2]s.tar.gz"
    grafana       = "https://dl.grafana.com/oss/release/grafana-%[1]s.linux-%[2]s.tar.gz"
  }
  programs = {
    for name, url in local.archives : name => {
      url    = format(url, var.programs[name].version, local.their_name[var.architecture])
      sha256 = var.programs[name].sha256[var.architecture]
    }
  }
}
