variable "region" {
  description = "Where the secrets are."
  type        = string
}

variable "release" {
  description = "Where the bot's archive is, and its checksum."
  type        = object({ url = string, sha256 = string })
}

variable "programs" {
  description = "Where each program is, and its checksum."
  type        = map(object({ url = string, sha256 = string }))
}

variable "secret_paths" {
  description = "Paths in Parameter Store, by machine."
  type        = object({ bot = list(string), monitoring = list(string) })
}

variable "bot_environment" {
  description = "The bot's variables that are no secret."
  type        = map(string)
}

variable "database" {
  description = "Null, or where the database is and where RDS keeps its password."
  type        = object({ address = string, secret_arn = string })
}

variable "prometheus" {
  description = "The configuration of Prometheus."
  type        = string
}

variable "alertmanager" {
  description = "The configuration of Alertmanager."
  type        = string
}

variable "retention_gb" {
  description = "How much Prometheus keeps, GB."
  type        = number
}

variable "grafana_name" {
  description = "Null, or the host name under which a load balancer shows Grafana."
  type        = string
}
