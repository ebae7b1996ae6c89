# The machine of the bot.

locals {
  common_scripts = { for name in fileset("${path.module}/boot/common", "*.sh") : "/opt/smartcloudops/bin/${name}" => file("${path.module}/boot/common/${name}") }
  common_units   = { for name in fileset("${path.module}/boot/common", "*.{service,timer}") : "/etc/systemd/system/${name}" => file("${path.module}/boot/common/${name}") }

  # What both machines are told of the release and of the exporter that each of them runs.
  common_environment = {
    AWS_REGION         = var.region
    RELEASE_URL        = "s3://${module.settings.buckets.releases}/${module.settings.release.key}"
    RELEASE_SHA256     = module.settings.release.sha256
    NODE_EXPORTER_URL  = module.settings.programs.node_exporter.url
    NODE_EXPORTER_HASH = module.settings.programs.node_exporter.sha256
  }
}

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

  environments = {
    "/etc/smartcloudops/machine.env" = merge(local.common_environment, {
      DATA_FOLDER         = "/var/lib/smartcloudops"
      SECRET_PATHS        = join(" ", module.settings.secret_paths.bot)
      SECRET_READERS      = "smartcloudops.service"
      DATABASE_ADDRESS    = var.database == null ? "" : one(module.database[*].address)
      DATABASE_SECRET_ARN = var.database == null ? "" : one(module.database[*].secret_arn)
    })
    "/etc/smartcloudops/bot.env" = module.settings.bot_environment
  }

  scripts = merge(local.common_scripts, {
    "/opt/smartcloudops/bin/set-up.sh" = file("${path.module}/boot/bot/set-up.sh")
  })

  files = merge(local.common_units, {
    "/etc/systemd/system/smartcloudops.service" = file("${path.module}/boot/bot/smartcloudops.service")
    "/opt/smartcloudops/bin/database-url.mjs"   = file("${path.module}/boot/bot/database-url.mjs")
  })
}
