module "settings" {
  source = "./modules/settings"

  name            = var.name
  environment     = var.environment
  account_id      = var.account_id
  region          = var.region
  zones           = var.zones
  architecture    = var.architecture
  sizes           = var.sizes
  data_gb         = var.data_gb
  ssh             = var.ssh
  release         = var.release
  programs        = var.programs
  bot_environment = var.bot_environment
  load_balancer   = var.load_balancer
  database        = var.database
  cache           = var.cache
  budget          = var.budget
  alerts          = var.alerts
  runbooks_url    = var.runbooks_url
  log_days        = var.log_days
}

locals {
  label      = module.settings.label
  subnet_ids = module.network.subnet_ids
}

module "network" {
  source = "./modules/network"

  label          = local.label
  region         = var.region
  cidr           = module.settings.network.cidr
  subnets        = module.settings.network.subnets
  ssh_from       = var.ssh == null ? [] : var.ssh.from
  load_balancer  = var.load_balancer != null
  database       = var.database != null
  cache          = var.cache != null
  log_bucket_arn = module.logs.arn
}

module "models" {
  source = "./modules/bucket"

  name            = module.settings.buckets.models
  account_id      = var.account_id
  noncurrent_days = 90

  # A model is replaced every night; one that nobody replaced for a year is not what is normal any more.
  expire_days = { "bot/models/" = 365, "bot/backups/" = 90 }
}

module "logs" {
  source = "./modules/bucket"

  name            = module.settings.buckets.logs
  account_id      = var.account_id
  noncurrent_days = 7
  expire_days     = { "bot/" = var.log_days, "network/" = var.log_days, "load-balancer/" = var.log_days }

  delivered_by = merge(
    { "delivery.logs.amazonaws.com" = "network" },
    var.load_balancer == null ? {} : { "logdelivery.elasticloadbalancing.amazonaws.com" = "load-balancer" },
  )
}

# Both were made by bootstrap: a release has to be there before a machine that fetches it.
data "aws_s3_bucket" "releases" {
  bucket = module.settings.buckets.releases
}

data "aws_kms_alias" "secrets" {
  name = "alias/${local.label}-secrets"
}

module "identity" {
  source = "./modules/identity"

  label        = local.label
  account_id   = var.account_id
  region       = var.region
  secret_paths = module.settings.secret_paths

  buckets = {
    models   = module.models.arn
    logs     = module.logs.arn
    releases = data.aws_s3_bucket.releases.arn
  }

  alerts_topic_arn    = module.alerts.topic_arn
  secrets_key_arn     = data.aws_kms_alias.secrets.target_key_arn
  has_database        = var.database != null
  database_secret_arn = one(module.database[*].secret_arn)
}

module "alerts" {
  source = "./modules/alerts"

  name   = module.settings.alerts.topic_name
  emails = module.settings.alerts.emails
}

resource "aws_key_pair" "ssh" {
  count = var.ssh == null ? 0 : 1

  key_name   = local.label
  public_key = var.ssh.public_key
}

module "budget" {
  source = "./modules/budget"

  label       = local.label
  monthly_usd = var.budget.monthly_usd
  emails      = var.budget.emails
}
