variable "name" {
  description = "Of the bucket, over all of AWS."
  type        = string
}

variable "account_id" {
  description = "The account whose services may deliver."
  type        = string
}

variable "noncurrent_days" {
  description = "How long a replaced or deleted object can be had back, days."
  type        = number
}

variable "expire_days" {
  description = "Days after which an object goes, by the prefix of its key."
  type        = map(number)
  default     = {}
}

variable "delivered_by" {
  description = "Services of AWS that write here, each below a prefix of its own."
  type        = map(string)
  default     = {}
}
