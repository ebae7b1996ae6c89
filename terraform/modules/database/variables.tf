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
  description = "Instance class."
  type        = string
}

variable "storage_gb" {
  description = "Size, GB."
  type        = number
}

variable "multi_az" {
  description = "Whether a second one stands by in the other zone."
  type        = bool
}
