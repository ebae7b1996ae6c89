locals {
  # Whatever the bot's README calls secret; each is put into Parameter Store and reaches the bot as a file.
  secret_names = [
    "ALERTMANAGER_TOKEN", "API_KEY", "DATABASE_URL", "DISCORD_TOKEN", "GEMINI_API_KEY", "HEARTBEAT_URL", "OPENAI_API_KEY",
    "PROMETHEUS_TOKEN", "S3_SECRET_ACCESS_KEY", "SLACK_APP_TOKEN", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET",
  ]

  # What has to fit to the rest of this folder, and so is not open to bot_environment.
  fixed_environment = {
    NODE_ENV       = "production"
    DATA_DIR       = "/var/lib/smartcloudops"
    PORT           = "5000"
    PROMETHEUS_URL = "http://${local.addresses.monitoring}:9090"
    S3_BUCKET      = local.buckets.models
    S3_REGION      = var.region
    S3_PREFIX      = "bot/"
    S3_ENCRYPT     = "on"
    LOGS_BUCKET    = local.buckets.logs
  }

  bot_environment = merge(var.bot_environment, local.fixed_environment)
}
