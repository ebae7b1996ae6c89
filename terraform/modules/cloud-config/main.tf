# What a new machine is told: files, and the one unit that sets it up. No provider is needed, so that the very text can be
# made and run on any computer.

variable "environments" {
  description = "Files of NAME='value' lines, by path; for shells and for systemd."
  type        = map(map(string))

  validation {
    condition = alltrue(flatten([
      for values in values(var.environments) : [for name, value in values : can(regex("^[A-Z][A-Z0-9_]*$", name)) && !can(regex("['\\n\\r]", value))]
    ]))
    error_message = "An environment has names in capitals, and values of one line without \"'\"."
  }
}

variable "scripts" {
  description = "Texts of executable files, by path."
  type        = map(string)
}

variable "files" {
  description = "Texts of other files, by path."
  type        = map(string)
}

variable "start" {
  description = "The unit that is started when the files are there."
  type        = string
}

locals {
  environments = {
    for path, values in var.environments : path => join("", [for name, value in values : "${name}='${value}'\n"])
  }
  contents = merge(local.environments, var.scripts, var.files)
}

output "text" {
  description = "The user data."
  value = join("\n", ["#cloud-config", yamlencode({
    write_files = [
      for path, content in local.contents : {
        path        = path
        content     = content
        owner       = "root:root"
        permissions = contains(keys(var.scripts), path) ? "0755" : "0644"
      }
    ]
    runcmd = [
      ["systemctl", "daemon-reload"],
      ["systemctl", "enable", "--now", "--no-block", var.start],
    ]
  })])
}
