variable "label" {
  description = "Stands before every name."
  type        = string
}

variable "account_id" {
  description = "The account."
  type        = string
}

variable "region" {
  description = "Where the secrets are."
  type        = string
}

variable "buckets" {
  description = "ARNs of the buckets: models, logs, releases."
  type        = object({ models = string, logs = string, releases = string })
}

variable "secret_paths" {
  description = "Paths in Parameter Store, by machine."
  type        = map(list(string))
}

variable "alerts_topic_arn" {
  description = "The topic that tells people of alerts."
  type        = string
}

variable "secrets_key_arn" {
  description = "The key that the secrets are encrypted with."
  type        = string
}

variable "database_secret_arn" {
  description = "Null, or the secret in which RDS keeps and rotates the password."
  type        = string
}

variable "has_database" {
  description = "Whether there is such a secret; known before it is made."
  type        = bool
}
