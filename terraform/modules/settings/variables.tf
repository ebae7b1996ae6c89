variable "name" {
  description = "Stands before the name of everything."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,15}$", var.name))
    error_message = "name is 2 to 16 lower-case letters, digits and \"-\", a letter first: bucket names are made of it."
  }
}

variable "environment" {
  description = "What this copy is for, for instance prod."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,6}$", var.environment))
    error_message = "environment is 2 to 7 lower-case letters and digits, a letter first."
  }
}

variable "account_id" {
  description = "The AWS account, so that nothing is ever made in another one."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is twelve digits: \"aws sts get-caller-identity\" shows it."
  }
}

variable "region" {
  description = "Where everything is made."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region is written like eu-central-1."
  }
}

variable "zones" {
  description = "The letters of two zones of the region."
  type        = list(string)

  validation {
    condition     = length(var.zones) == 2 && length(distinct(var.zones)) == 2 && alltrue([for zone in var.zones : can(regex("^[a-z]$", zone))])
    error_message = "zones is two different letters, for instance [\"a\", \"b\"]."
  }
}

variable "architecture" {
  description = "Of both machines: arm64 or x86_64."
  type        = string

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "architecture is arm64 or x86_64."
  }
}

variable "sizes" {
  description = "Instance types; left out: the free-tier size of the architecture."
  type = object({
    application = optional(string)
    monitoring  = optional(string)
  })

  validation {
    condition = alltrue([
      for size in [var.sizes.application, var.sizes.monitoring] :
      size == null ? true : can(regex("^[a-z]+[0-9]+g[a-z]*\\.", size)) == (var.architecture == "arm64")
    ])
    error_message = "A size in sizes is not of the architecture: t4g.small is arm64, t3.small is x86_64."
  }

  # All families that run on Xen; there will be no more of them.
  validation {
    condition = alltrue([
      for size in [var.sizes.application, var.sizes.monitoring] :
      size == null ? true : !can(regex("^(t[12]|m[1-4]|c[134]|cc2|cr1|r[34]|x1e?|d2|h1|hs1|i[23]|f1|g[23]s?|p[23])\\.", size))
    ])
    error_message = "A size in sizes is of a family without NVMe, such as t2 or m4, where the data volume is not found by its name: take t3, t3a, m5, c5, r5 or newer, or any Graviton."
  }
}

variable "data_gb" {
  description = "Sizes of the volumes that survive a machine, GB."
  type = object({
    application = number
    monitoring  = number
  })

  validation {
    condition     = alltrue([for size in [var.data_gb.application, var.data_gb.monitoring] : size >= 1 && size <= 1000 && floor(size) == size])
    error_message = "A size in data_gb is a whole number of GB from 1 to 1000."
  }
}

variable "ssh" {
  description = "Null, or the one key and the addresses from which SSH is let in. Session Manager needs neither."
  type = object({
    public_key = string
    from       = list(string)
  })

  validation {
    condition     = var.ssh == null ? true : can(regex("^(ssh-ed25519|ecdsa-sha2-nistp[0-9]+|sk-[a-z0-9@.-]+|ssh-rsa) [A-Za-z0-9+/=]{60,}", var.ssh.public_key))
    error_message = "ssh.public_key is the line of a .pub file."
  }

  validation {
    condition = var.ssh == null ? true : length(var.ssh.from) > 0 && alltrue([
      for range in var.ssh.from : can(cidrnetmask(range)) && can(regex("/(2[4-9]|3[0-2])$", range))
    ])
    error_message = "ssh.from is a list of IPv4 ranges of at most 256 addresses each, for instance [\"198.51.100.7/32\"]."
  }
}

variable "release" {
  description = "The archive that release.sh made for this architecture and uploaded."
  type = object({
    version = string
    sha256  = string
  })

  validation {
    condition     = can(regex("^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$", var.release.version)) && can(regex("^[0-9a-f]{64}$", var.release.sha256))
    error_message = "release is { version = \"…\", sha256 = \"…\" } as release.sh prints it."
  }
}

variable "programs" {
  description = "Versions and checksums of what the machines download, by architecture; pin-programs.sh writes them."
  type = map(object({
    version = string
    sha256  = map(string)
  }))

  validation {
    condition = alltrue([
      for name in ["prometheus", "alertmanager", "node_exporter", "grafana"] :
      can(regex("^[0-9a-f]{64}$", var.programs[name].sha256[var.architecture])) && can(regex("^[0-9]+\\.[0-9]+\\.[0-9]+$", var.programs[name].version))
    ])
    error_message = "programs has no version and checksum of prometheus, alertmanager, node_exporter and grafana for this architecture: run ./pin-programs.sh."
  }
}

variable "bot_environment" {
  description = "More variables of the bot, as its README lists them; none that is secret."
  type        = map(string)

  validation {
    condition     = alltrue([for name, value in var.bot_environment : can(regex("^[A-Z][A-Z0-9_]*$", name)) && !can(regex("['\\n\\r]", value))])
    error_message = "bot_environment has names in capitals, and values of one line without \"'\"."
  }

  validation {
    condition     = length(setintersection(keys(var.bot_environment), local.secret_names)) == 0
    error_message = "bot_environment has a secret in it, which would end up in the state: use ./put-secret.sh."
  }

  validation {
    condition     = length(setintersection(keys(var.bot_environment), keys(local.fixed_environment))) == 0
    error_message = "bot_environment has a variable that is set from here: ${join(", ", keys(local.fixed_environment))}."
  }
}

variable "load_balancer" {
  description = "Null, or how Grafana and the sidecar are reached from outside: over TLS, from these ranges."
  type = object({
    certificate_arn = string
    grafana_name    = string
    bot_name        = string
    from            = list(string)
  })

  validation {
    condition     = var.load_balancer == null ? true : can(regex("^arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate/", var.load_balancer.certificate_arn))
    error_message = "load_balancer.certificate_arn is the ARN of a certificate in ACM."
  }

  validation {
    condition     = var.load_balancer == null ? true : length(var.load_balancer.from) > 0 && alltrue([for range in var.load_balancer.from : can(cidrnetmask(range))])
    error_message = "load_balancer.from is a list of IPv4 ranges, for instance [\"198.51.100.0/24\"]."
  }

  validation {
    condition     = var.load_balancer == null ? true : var.load_balancer.grafana_name != var.load_balancer.bot_name && alltrue([for host in [var.load_balancer.grafana_name, var.load_balancer.bot_name] : can(regex("^[a-z0-9-]+(\\.[a-z0-9-]+)+$", host))])
    error_message = "load_balancer.grafana_name and bot_name are two host names that the certificate has."
  }
}

variable "database" {
  description = "Null for SQLite on the data volume, or a PostgreSQL of RDS."
  type = object({
    size       = optional(string, "db.t4g.micro")
    storage_gb = optional(number, 20)
    multi_az   = optional(bool, false)
  })

  validation {
    condition     = var.database == null ? true : can(regex("^db\\.[a-z0-9]+\\.[a-z0-9]+$", var.database.size)) && var.database.storage_gb >= 20
    error_message = "database.size is written like db.t4g.micro, and storage_gb is at least 20."
  }
}

variable "cache" {
  description = "Null, or a Redis of ElastiCache."
  type = object({
    size               = optional(string, "cache.t4g.micro")
    auth_token_version = optional(number, 1)
  })

  validation {
    condition     = var.cache == null ? true : can(regex("^cache\\.[a-z0-9]+\\.[a-z0-9]+$", var.cache.size)) && var.cache.auth_token_version >= 1
    error_message = "cache.size is written like cache.t4g.micro, and auth_token_version is 1 or more."
  }
}

variable "budget" {
  description = "What a month may cost, and who is told."
  type = object({
    monthly_usd = number
    emails      = list(string)
  })

  validation {
    condition     = var.budget.monthly_usd >= 1 && length(var.budget.emails) > 0 && alltrue([for email in var.budget.emails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", email))])
    error_message = "budget is { monthly_usd = 25, emails = [\"you@example.com\"] }."
  }
}

variable "log_days" {
  description = "How long logs are kept, days."
  type        = number

  validation {
    condition     = var.log_days >= 1 && var.log_days <= 3650 && floor(var.log_days) == var.log_days
    error_message = "log_days is a whole number from 1 to 3650."
  }
}
