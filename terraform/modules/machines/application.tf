output "application" {
  description = "What the machine of the bot is told."
  value = {
    environments = {
      "${local.etc}/machine.env" = merge(local.machine, {
        DATA_FOLDER         = "/var/lib/smartcloudops"
        SECRET_PATHS        = join(" ", var.secret_paths.bot)
        SECRET_READERS      = "smartcloudops.service"
        DATABASE_ADDRESS    = var.database == null ? "" : var.database.address
        DATABASE_SECRET_ARN = var.database == null ? "" : var.database.secret_arn
      })
      "${local.etc}/bot.env" = var.bot_environment
    }

    scripts = merge(local.scripts, {
      "${local.bin}/set-up.sh" = file("${local.boot}/bot/set-up.sh")
      "${local.bin}/tool.sh"   = file("${local.boot}/bot/tool.sh")
    })

    files = merge(local.units, {
      "${local.unit}/smartcloudops.service" = file("${local.boot}/bot/smartcloudops.service")
      "${local.bin}/database-url.mjs"       = file("${local.boot}/bot/database-url.mjs")
    })
  }
}
