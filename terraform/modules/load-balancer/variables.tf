variable "label" {
  description = "Stands before every name."
  type        = string
}

variable "vpc_id" {
  description = "The network."
  type        = string
}

variable "subnet_ids" {
  description = "Two subnets in two zones."
  type        = list(string)
}

variable "security_group_id" {
  description = "The group of the load balancer."
  type        = string
}

variable "from" {
  description = "Ranges from which it may be reached."
  type        = list(string)
}

variable "certificate_arn" {
  description = "Certificate in ACM that has every name."
  type        = string
}

variable "targets" {
  description = "What is behind it: the host name, the instance, its port and the path that tells that it is well."
  type        = map(object({ host = string, instance_id = string, port = number, health = string }))
}

variable "log_bucket" {
  description = "Where the record of requests goes."
  type        = string
}
