output "open_bot" {
  description = "Opens the console and the sidecar on http://127.0.0.1:5000 of your computer."
  value       = "aws ssm start-session --region ${var.region} --target ${module.application.id} --document-name AWS-StartPortForwardingSession --parameters portNumber=5000,localPortNumber=5000"
}

output "open_grafana" {
  description = "Opens Grafana on http://localhost:3000 of your computer."
  value       = "aws ssm start-session --region ${var.region} --target ${module.monitoring.id} --document-name AWS-StartPortForwardingSession --parameters portNumber=3000,localPortNumber=3000"
}

output "open_alertmanager" {
  description = "Opens Alertmanager, where alerts are silenced, on http://localhost:9093 of your computer."
  value       = "aws ssm start-session --region ${var.region} --target ${module.monitoring.id} --document-name AWS-StartPortForwardingSession --parameters portNumber=9093,localPortNumber=9093"
}

output "open_shell" {
  description = "A shell on the machine of the bot."
  value       = "aws ssm start-session --region ${var.region} --target ${module.application.id}"
}

output "buckets" {
  description = "Names of the buckets."
  value       = module.settings.buckets
}

output "secret_paths" {
  description = "Where in Parameter Store each machine looks for secrets."
  value       = module.settings.secret_paths
}

output "data_volumes" {
  description = "The volumes that survive a machine."
  value       = { application = module.application.volume_id, monitoring = module.monitoring.volume_id }
}

output "database_address" {
  description = "Null without a database."
  value       = one(module.database[*].address)
}

output "cache_address" {
  description = "Null without a cache."
  value       = one(module.cache[*].address)
}

output "load_balancer_name" {
  description = "What the two host names have to point to; null without a load balancer."
  value       = one(module.load_balancer[*].dns_name)
}
