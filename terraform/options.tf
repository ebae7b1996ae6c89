# What is off until its variable is set.

module "load_balancer" {
  source = "./modules/load-balancer"
  count  = var.load_balancer == null ? 0 : 1

  label             = local.label
  vpc_id            = module.network.vpc_id
  subnet_ids        = values(local.subnet_ids)
  security_group_id = module.network.group_ids["load-balancer"]
  from              = var.load_balancer.from
  certificate_arn   = var.load_balancer.certificate_arn
  log_bucket        = module.logs.name

  targets = {
    grafana = { host = var.load_balancer.grafana_name, instance_id = module.monitoring.id, port = 3000, health = "/api/health" }
    bot     = { host = var.load_balancer.bot_name, instance_id = module.application.id, port = 5000, health = "/healthz" }
  }
}

module "database" {
  source = "./modules/database"
  count  = var.database == null ? 0 : 1

  label             = local.label
  subnet_ids        = values(local.subnet_ids)
  security_group_id = module.network.group_ids["database"]
  size              = coalesce(var.database.size, "db.t4g.micro")
  storage_gb        = coalesce(var.database.storage_gb, 20)
  multi_az          = coalesce(var.database.multi_az, false)
}

module "cache" {
  source = "./modules/cache"
  count  = var.cache == null ? 0 : 1

  label              = local.label
  subnet_ids         = values(local.subnet_ids)
  security_group_id  = module.network.group_ids["cache"]
  size               = coalesce(var.cache.size, "cache.t4g.micro")
  auth_token_arn     = "arn:aws:ssm:${var.region}:${var.account_id}:parameter/${var.name}/${var.environment}/cache/AUTH_TOKEN"
  auth_token_version = coalesce(var.cache.auth_token_version, 1)
}
