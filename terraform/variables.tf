# What each may hold is checked in modules/settings, which "terraform test" can run without an account.

variable "name" {
  description = "Stands before the name of everything."
  type        = string
  default     = "smartcloudops"
}

variable "environment" {
  description = "What this copy is for."
  type        = string
  default     = "prod"
}

variable "account_id" {
  description = "The AWS account, so that nothing is ever made in another one."
  type        = string
}

variable "region" {
  description = "Where everything is made."
  type        = string
}

variable "zones" {
  description = "The letters of two zones of the region."
  type        = list(string)
  default     = ["a", "b"]
}

variable "architecture" {
  description = "Of both machines: arm64 or x86_64."
  type        = string
  default     = "arm64"
}

variable "sizes" {
  description = "Instance types; left out: the free-tier size of the architecture."
  type        = object({ application = optional(string), monitoring = optional(string) })
  default     = {}
}

variable "data_gb" {
  description = "Sizes of the volumes that survive a machine, GB. With the two roots the default is the 30 GB of the free tier."
  type        = object({ application = optional(number, 4), monitoring = optional(number, 10) })
  default     = {}
}

variable "ssh" {
  description = "Null, or the one key and the addresses from which SSH is let in. Session Manager needs neither."
  type        = object({ public_key = string, from = list(string) })
  default     = null
}

variable "release" {
  description = "The archive that release.sh made and uploaded."
  type        = object({ version = string, sha256 = string })
}

variable "programs" {
  description = "Versions and checksums of what the machines download; pin-programs.sh writes them."
  type        = map(object({ version = string, sha256 = map(string) }))
}

variable "bot_environment" {
  description = "More variables of the bot, none that is secret: channels, admins, models, cron expressions."
  type        = map(string)
  default     = {}
}

variable "load_balancer" {
  description = "Null, or how Grafana and the sidecar are reached from outside: over TLS, from these ranges."
  type = object({
    certificate_arn = string
    grafana_name    = string
    bot_name        = string
    from            = list(string)
  })
  default = null
}

variable "database" {
  description = "Null for SQLite on the data volume; {} for a PostgreSQL of RDS."
  type        = object({ size = optional(string), storage_gb = optional(number), multi_az = optional(bool) })
  default     = null
}

variable "cache" {
  description = "Null, or {} for a Redis of ElastiCache."
  type        = object({ size = optional(string), auth_token_version = optional(number) })
  default     = null
}

variable "budget" {
  description = "What a month of the account may cost, and who is told."
  type        = object({ monthly_usd = number, emails = list(string) })
}

variable "alerts" {
  description = "Who is told of what the rules find: { emails }, left out those of the budget; { webhook = true } tells the URL in Parameter Store as well."
  type        = object({ emails = optional(list(string)), webhook = optional(bool, false) })
  default     = {}
}

variable "runbooks_url" {
  description = "Where docs/operations.md can be read in a browser; alerts lead to it."
  type        = string
}

variable "log_days" {
  description = "How long logs are kept, days."
  type        = number
  default     = 90
}
