# What is decided without asking AWS. "terraform init && terraform test" in modules/settings runs this with no account.

variables {
  name            = "smartcloudops"
  environment     = "prod"
  account_id      = "123456789012"
  region          = "eu-central-1"
  zones           = ["a", "b"]
  architecture    = "arm64"
  sizes           = {}
  data_gb         = { application = 4, monitoring = 10 }
  ssh             = null
  release         = { version = "0.1.0-7645f22", sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" }
  bot_environment = { SLACK_CHANNEL = "C012AB3CD", POLL_CRON = "*/30 * * * * *" }
  load_balancer   = null
  database        = null
  cache           = null
  budget          = { monthly_usd = 40, emails = ["you@example.com"] }
  alerts          = {}
  runbooks_url    = "https://git.example.com/you/smartcloudops-ai/docs/operations.md"
  log_days        = 90

  programs = {
    prometheus = {
      version = "3.5.0"
      sha256  = { arm64 = "1111111111111111111111111111111111111111111111111111111111111111", x86_64 = "2222222222222222222222222222222222222222222222222222222222222222" }
    }
    alertmanager = {
      version = "0.28.1"
      sha256  = { arm64 = "7777777777777777777777777777777777777777777777777777777777777777", x86_64 = "8888888888888888888888888888888888888888888888888888888888888888" }
    }
    node_exporter = {
      version = "1.9.1"
      sha256  = { arm64 = "3333333333333333333333333333333333333333333333333333333333333333", x86_64 = "4444444444444444444444444444444444444444444444444444444444444444" }
    }
    grafana = {
      version = "12.1.0"
      sha256  = { arm64 = "5555555555555555555555555555555555555555555555555555555555555555", x86_64 = "6666666666666666666666666666666666666666666666666666666666666666" }
    }
  }
}

run "the_network_is_two_subnets_in_two_zones" {
  command = plan

  assert {
    condition     = output.network.cidr == "10.0.0.0/16"
    error_message = "the network has another range"
  }

  assert {
    condition     = output.network.subnets["eu-central-1a"] == "10.0.1.0/24" && output.network.subnets["eu-central-1b"] == "10.0.2.0/24"
    error_message = "the subnets have other ranges"
  }

  assert {
    condition     = output.addresses.application == "10.0.1.10" && output.addresses.monitoring == "10.0.2.10"
    error_message = "a machine has an address outside its subnet"
  }
}

run "nothing_said_is_the_free_tier_on_arm" {
  command = plan

  assert {
    condition     = output.sizes.application == "t4g.micro" && output.sizes.monitoring == "t4g.micro"
    error_message = "the sizes are not the free tier's"
  }

  assert {
    condition     = output.programs.prometheus.url == "https://github.com/prometheus/prometheus/releases/download/v3.5.0/prometheus-3.5.0.linux-arm64.tar.gz"
    error_message = "Prometheus is fetched from elsewhere"
  }

  assert {
    condition     = output.programs.grafana.sha256 == "5555555555555555555555555555555555555555555555555555555555555555"
    error_message = "Grafana has the checksum of another architecture"
  }

  assert {
    condition     = output.release.key == "bot/smartcloudops-0.1.0-7645f22-arm64.tar.gz"
    error_message = "the release has another name than release.sh gives it"
  }
}

run "intel_has_its_own_sizes_and_archives" {
  command = plan

  variables {
    architecture = "x86_64"
    sizes        = { monitoring = "t3.small" }
  }

  assert {
    condition     = output.sizes.application == "t3.micro" && output.sizes.monitoring == "t3.small"
    error_message = "the sizes are not those of x86_64"
  }

  assert {
    condition     = output.programs.node_exporter.url == "https://github.com/prometheus/node_exporter/releases/download/v1.9.1/node_exporter-1.9.1.linux-amd64.tar.gz"
    error_message = "node_exporter is of another architecture"
  }

  assert {
    condition     = output.release.key == "bot/smartcloudops-0.1.0-7645f22-x86_64.tar.gz"
    error_message = "the release is of another architecture"
  }
}

run "the_bot_is_told_where_everything_is" {
  command = plan

  assert {
    condition     = output.bot_environment.PROMETHEUS_URL == "http://10.0.2.10:9090"
    error_message = "the bot reads another Prometheus"
  }

  assert {
    condition     = output.bot_environment.S3_BUCKET == output.buckets.models && output.bot_environment.S3_REGION == "eu-central-1"
    error_message = "the bot keeps its models in another bucket"
  }

  assert {
    condition     = output.bot_environment.LOGS_BUCKET == output.buckets.logs
    error_message = "the bot ships its logs to another bucket"
  }

  assert {
    condition     = output.bot_environment.SLACK_CHANNEL == "C012AB3CD" && output.bot_environment.POLL_CRON == "*/30 * * * * *"
    error_message = "what was given to the bot is lost"
  }

  assert {
    condition     = output.buckets.models == "smartcloudops-prod-models-123456789012"
    error_message = "the bucket has another name than bootstrap gives its own"
  }
}

run "each_machine_reads_its_own_secrets" {
  command = plan

  assert {
    condition     = join(" ", output.secret_paths.bot) == "/smartcloudops/prod/bot /smartcloudops/prod/shared"
    error_message = "the bot reads other secrets"
  }

  assert {
    condition     = join(" ", output.secret_paths.monitoring) == "/smartcloudops/prod/monitoring /smartcloudops/prod/shared"
    error_message = "the monitoring machine reads other secrets"
  }
}

run "prometheus_leaves_room_on_its_volume" {
  command = plan

  assert {
    condition     = output.retention_gb == 8
    error_message = "of 10 GB it does not keep 8"
  }

  assert {
    condition     = yamldecode(output.prometheus).scrape_configs[3].static_configs[0].targets[0] == "10.0.1.10:5000"
    error_message = "the bot is not scraped"
  }
}

run "prometheus_keeps_something_on_the_smallest_volume" {
  command = plan

  variables {
    data_gb = { application = 1, monitoring = 1 }
  }

  assert {
    condition     = output.retention_gb == 1
    error_message = "of 1 GB it keeps nothing"
  }
}

run "a_name_that_no_bucket_can_have" {
  command = plan

  variables {
    name        = "SmartCloudOps_AI"
    environment = "production-2"
  }

  expect_failures = [var.name, var.environment]
}

run "no_account" {
  command = plan

  variables {
    account_id = "1234"
    region     = "Frankfurt"
  }

  expect_failures = [var.account_id, var.region]
}

run "one_zone_is_not_two" {
  command = plan

  variables {
    zones = ["a", "a"]
  }

  expect_failures = [var.zones]
}

run "a_size_of_the_other_architecture" {
  command = plan

  variables {
    sizes = { application = "t3.micro" }
  }

  expect_failures = [var.sizes]
}

run "sizes_with_a_g_that_is_no_graviton" {
  command = plan

  variables {
    sizes = { application = "c7gn.medium", monitoring = "g4dn.xlarge" }
  }

  expect_failures = [var.sizes]
}

run "sizes_on_which_the_data_volume_is_not_found" {
  command = plan

  variables {
    architecture = "x86_64"
    sizes        = { application = "t2.micro", monitoring = "m4.large" }
  }

  expect_failures = [var.sizes]
}

run "sizes_on_which_it_is_found" {
  command = plan

  variables {
    architecture = "x86_64"
    sizes        = { application = "m5.large", monitoring = "r7i.large" }
  }

  assert {
    condition     = output.sizes.application == "m5.large" && output.sizes.monitoring == "r7i.large"
    error_message = "the sizes are others"
  }
}

run "half_a_gigabyte" {
  command = plan

  variables {
    data_gb  = { application = 0.5, monitoring = 10 }
    log_days = 0
  }

  expect_failures = [var.data_gb, var.log_days]
}

run "ssh_from_one_address" {
  command = plan

  variables {
    ssh = { public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJzq3sQv0d2kq5m1mXoBCmX3J9vJm2Jm2mXoBCmX3J9v you@laptop", from = ["198.51.100.7/32"] }
  }

  assert {
    condition     = output.label == "smartcloudops-prod"
    error_message = "SSH changes the label"
  }
}

run "ssh_from_the_world" {
  command = plan

  variables {
    ssh = { public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJzq3sQv0d2kq5m1mXoBCmX3J9vJm2Jm2mXoBCmX3J9v you@laptop", from = ["0.0.0.0/0"] }
  }

  expect_failures = [var.ssh]
}

run "ssh_from_half_the_world" {
  command = plan

  variables {
    ssh = { public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJzq3sQv0d2kq5m1mXoBCmX3J9vJm2Jm2mXoBCmX3J9v you@laptop", from = ["198.51.100.7/32", "128.0.0.0/1"] }
  }

  expect_failures = [var.ssh]
}

run "ssh_without_a_key" {
  command = plan

  variables {
    ssh = { public_key = "a password", from = ["198.51.100.7/32"] }
  }

  expect_failures = [var.ssh]
}

run "ssh_from_nowhere" {
  command = plan

  variables {
    ssh = { public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJzq3sQv0d2kq5m1mXoBCmX3J9vJm2Jm2mXoBCmX3J9v you@laptop", from = [] }
  }

  expect_failures = [var.ssh]
}

run "a_release_without_a_checksum" {
  command = plan

  variables {
    release = { version = "0.1.0", sha256 = "latest" }
  }

  expect_failures = [var.release]
}

run "a_program_without_a_checksum_for_the_architecture" {
  command = plan

  variables {
    programs = {
      prometheus    = { version = "3.5.0", sha256 = { arm64 = "1111111111111111111111111111111111111111111111111111111111111111" } }
      alertmanager  = { version = "0.28.1", sha256 = { arm64 = "7777777777777777777777777777777777777777777777777777777777777777" } }
      node_exporter = { version = "1.9.1", sha256 = { arm64 = "3333333333333333333333333333333333333333333333333333333333333333" } }
      grafana       = { version = "12.1.0", sha256 = { x86_64 = "6666666666666666666666666666666666666666666666666666666666666666" } }
    }
  }

  expect_failures = [var.programs]
}

run "a_program_is_left_out" {
  command = plan

  variables {
    programs = {
      prometheus = { version = "3.5.0", sha256 = { arm64 = "1111111111111111111111111111111111111111111111111111111111111111" } }
    }
  }

  expect_failures = [var.programs]
}

run "a_secret_among_the_variables" {
  command = plan

  variables {
    bot_environment = { SLACK_BOT_TOKEN = "xoxb-1" }
  }

  expect_failures = [var.bot_environment]
}

run "a_variable_that_is_set_from_here" {
  command = plan

  variables {
    bot_environment = { DATA_DIR = "/tmp" }
  }

  expect_failures = [var.bot_environment]
}

run "a_value_that_would_leave_its_quotes" {
  command = plan

  variables {
    bot_environment = { SLACK_CHANNEL = "C012AB3CD'\nAPI_KEY='x" }
  }

  expect_failures = [var.bot_environment]
}

run "a_load_balancer_without_a_certificate" {
  command = plan

  variables {
    load_balancer = { certificate_arn = "", grafana_name = "grafana.example.com", bot_name = "bot.example.com", from = ["198.51.100.0/24"] }
  }

  expect_failures = [var.load_balancer]
}

run "two_hosts_of_one_name" {
  command = plan

  variables {
    load_balancer = {
      certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/0a1b2c3d"
      grafana_name    = "ops.example.com"
      bot_name        = "ops.example.com"
      from            = ["198.51.100.0/24"]
    }
  }

  expect_failures = [var.load_balancer]
}

run "everything_that_is_off_by_default" {
  command = plan

  variables {
    database = {}
    cache    = {}
    load_balancer = {
      certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/0a1b2c3d"
      grafana_name    = "grafana.example.com"
      bot_name        = "bot.example.com"
      from            = ["198.51.100.0/24"]
    }
  }

  assert {
    condition     = var.database.size == "db.t4g.micro" && var.database.storage_gb == 20 && !var.database.multi_az
    error_message = "the smallest database is not what {} gives"
  }

  assert {
    condition     = var.cache.size == "cache.t4g.micro"
    error_message = "the smallest cache is not what {} gives"
  }
}

run "a_database_of_no_class" {
  command = plan

  variables {
    database = { size = "t4g.micro" }
    cache    = { size = "t4g.micro" }
  }

  expect_failures = [var.database, var.cache]
}

run "a_budget_that_nobody_hears_of" {
  command = plan

  variables {
    budget = { monthly_usd = 40, emails = [] }
  }

  expect_failures = [var.budget]
}

run "who_hears_of_the_costs_hears_of_alerts" {
  command = plan

  assert {
    condition     = join(" ", output.alerts.emails) == "you@example.com" && output.alerts.topic_name == "smartcloudops-prod-alerts"
    error_message = "nobody is told, or somebody else"
  }

  assert {
    condition     = yamldecode(output.alertmanager).receivers[0].sns_configs[0].topic_arn == "arn:aws:sns:eu-central-1:123456789012:smartcloudops-prod-alerts"
    error_message = "Alertmanager tells another topic"
  }

  assert {
    condition     = yamldecode(output.alertmanager).route.receiver == yamldecode(output.alertmanager).receivers[0].name
    error_message = "alerts go to a receiver that is not there"
  }

  assert {
    condition     = length(yamldecode(output.alertmanager).receivers) == 1 && !strcontains(output.alertmanager, "webhook")
    error_message = "somebody else is told, too"
  }

  assert {
    condition     = length(yamldecode(output.alertmanager).inhibit_rules) == 2
    error_message = "what keeps what quiet is not what it is elsewhere"
  }

  assert {
    condition     = yamldecode(output.prometheus).alerting.alertmanagers[0].static_configs[0].targets[0] == "127.0.0.1:9093"
    error_message = "Prometheus tells no Alertmanager"
  }

  assert {
    condition     = yamldecode(output.prometheus).global.external_labels.runbooks == "https://git.example.com/you/smartcloudops-ai/docs/operations.md"
    error_message = "an alert leads nowhere"
  }
}

run "others_hear_of_alerts_and_a_webhook_as_well" {
  command = plan

  variables {
    alerts = { emails = ["night@example.com", "day@example.com"], webhook = true }
  }

  assert {
    condition     = join(" ", output.alerts.emails) == "night@example.com day@example.com"
    error_message = "others are told"
  }

  assert {
    condition     = yamldecode(output.alertmanager).receivers[0].webhook_configs[0].url_file == "/run/credentials/alertmanager.service/secrets_ALERTS_WEBHOOK_URL"
    error_message = "the webhook is looked for elsewhere"
  }

  assert {
    condition     = length(yamldecode(output.alertmanager).receivers[0].sns_configs) == 1
    error_message = "the mails are gone"
  }
}

run "alerts_that_nobody_hears_of" {
  command = plan

  variables {
    alerts = { emails = [] }
  }

  expect_failures = [var.alerts]
}

run "a_page_that_no_browser_opens" {
  command = plan

  variables {
    runbooks_url = "docs/operations.md"
  }

  expect_failures = [var.runbooks_url]
}
