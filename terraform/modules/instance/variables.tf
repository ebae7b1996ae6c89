variable "name" {
  description = "Of the machine."
  type        = string
}

variable "architecture" {
  description = "arm64 or x86_64."
  type        = string
}

variable "size" {
  description = "Instance type."
  type        = string
}

variable "zone" {
  description = "Where the machine and its data are."
  type        = string
}

variable "subnet_id" {
  description = "The subnet of that zone."
  type        = string
}

variable "private_ip" {
  description = "Its inside address, the same for every machine that replaces it."
  type        = string
}

variable "security_group_id" {
  description = "What it may reach and who may reach it."
  type        = string
}

variable "profile" {
  description = "Name of the instance profile."
  type        = string
}

variable "key_name" {
  description = "Null, or the key that SSH lets in."
  type        = string
}

variable "data_gb" {
  description = "Size of the volume that survives the machine, GB."
  type        = number
}

variable "told" {
  description = "What the machine is told; DATA_DEVICE is added to its machine.env."
  type = object({
    environments = map(map(string))
    scripts      = map(string)
    files        = map(string)
  })
}
