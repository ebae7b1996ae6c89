output "label" {
  description = "Name and environment; stands before every name."
  value       = local.label
}

output "network" {
  description = "The range of the network, its two subnets and the zones they are in."
  value       = { cidr = local.cidr, subnets = { for i, zone in var.zones : "${var.region}${zone}" => local.subnets[i] } }
}

output "addresses" {
  description = "Fixed inside addresses of the two machines; they outlive a replaced machine."
  value       = local.addresses
}

output "zones" {
  description = "The zone of each machine and of its data."
  value       = { application = "${var.region}${var.zones[0]}", monitoring = "${var.region}${var.zones[1]}" }
}

output "sizes" {
  description = "Instance types."
  value       = local.sizes
}

output "buckets" {
  description = "Names of the buckets."
  value       = local.buckets
}

output "secret_paths" {
  description = "What each machine may read in Parameter Store."
  value       = local.secret_paths
}

output "release" {
  description = "The bot's archive in the bucket of releases."
  value       = { key = local.release_key, sha256 = var.release.sha256 }
}

output "programs" {
  description = "What the machines download and the checksum it must have."
  value       = local.programs
}

output "bot_environment" {
  description = "The bot's variables that are no secret."
  value       = local.bot_environment
}

output "prometheus" {
  description = "The configuration of Prometheus."
  value       = local.prometheus
}

output "alertmanager" {
  description = "The configuration of Alertmanager."
  value       = local.alertmanager
}

output "alerts" {
  description = "The topic that tells people, and who they are."
  value       = { topic_name = local.topic_name, topic_arn = local.topic_arn, emails = local.alert_emails }
}

output "retention_gb" {
  description = "How much Prometheus keeps, GB."
  value       = local.retention_gb
}
