variable "name" {
  description = "As in the main configuration."
  type        = string
  default     = "smartcloudops"
}

variable "environment" {
  description = "As in the main configuration."
  type        = string
  default     = "prod"
}

variable "account_id" {
  description = "The AWS account, so that nothing is ever made in another one."
  type        = string
}

variable "region" {
  description = "As in the main configuration."
  type        = string
}
