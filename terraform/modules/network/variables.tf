variable "label" {
  description = "Stands before every name."
  type        = string
}

variable "region" {
  description = "For the name of the gateway to S3."
  type        = string
}

variable "cidr" {
  description = "Range of the network."
  type        = string
}

variable "subnets" {
  description = "Range of each subnet, by zone."
  type        = map(string)
}

variable "ssh_from" {
  description = "Ranges from which SSH is let in; empty: from nowhere."
  type        = list(string)
}

variable "load_balancer" {
  description = "Whether there is a load balancer in front."
  type        = bool
}

variable "database" {
  description = "Whether there is a PostgreSQL."
  type        = bool
}

variable "cache" {
  description = "Whether there is a Redis."
  type        = bool
}

variable "log_bucket_arn" {
  description = "Where the record of connections goes."
  type        = string
}
