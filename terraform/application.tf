module "machines" {
  source = "./modules/machines"

  region          = var.region
  release         = { url = "s3://${module.settings.buckets.releases}/${module.settings.release.key}", sha256 = module.settings.release.sha256 }
  programs        = module.settings.programs
  secret_paths    = module.settings.secret_paths
  bot_environment = module.settings.bot_environment
  prometheus      = module.settings.prometheus
  alertmanager    = module.settings.alertmanager
  retention_gb    = module.settings.retention_gb
  grafana_name    = var.load_balancer == null ? null : var.load_balancer.grafana_name
  database        = var.database == null ? null : { address = one(module.database[*].address), secret_arn = one(module.database[*].secret_arn) }
}

# The machine of the bot.
module "application" {
  source = "./modules/instance"

  name              = "${local.label}-application"
  architecture      = var.architecture
  size              = module.settings.sizes.application
  zone              = module.settings.zones.application
  subnet_id         = local.subnet_ids[module.settings.zones.application]
  private_ip        = module.settings.addresses.application
  security_group_id = module.network.group_ids["application"]
  profile           = module.identity.profiles["application"]
  key_name          = one(aws_key_pair.ssh[*].key_name)
  data_gb           = var.data_gb.application
  told              = module.machines.application
}
