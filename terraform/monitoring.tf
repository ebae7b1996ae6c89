# The machine of Prometheus, Alertmanager and Grafana.
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
  told              = module.machines.monitoring
}
