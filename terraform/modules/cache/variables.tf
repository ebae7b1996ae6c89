variable "label" {
  description = "Stands before every name."
  type        = string
}

variable "subnet_ids" {
  description = "Two subnets in two zones."
  type        = list(string)
}

variable "security_group_id" {
  description = "Lets the bot in and nobody else."
  type        = string
}

variable "size" {
  description = "Node type."
  type        = string
}

variable "auth_token_arn" {
  description = "ARN in Parameter Store of what a client has to say."
  type        = string
}

variable "auth_token_version" {
  description = "Raised when there is a new one."
  type        = number
}
