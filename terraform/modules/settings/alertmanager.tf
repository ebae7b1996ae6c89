variable "alerts" {
  description = "Who is told of what the rules find: mails, left out those of the budget, and with a webhook that as well."
  type = object({
    emails  = optional(list(string))
    webhook = optional(bool, false)
  })

  validation {
    condition     = var.alerts.emails == null ? true : length(var.alerts.emails) > 0 && alltrue([for email in var.alerts.emails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", email))])
    error_message = "alerts.emails is a list of addresses that is not empty, for instance [\"you@example.com\"]; left out, those of the budget are told."
  }
}

variable "runbooks_url" {
  description = "Where docs/operations.md can be read, which alerts lead to."
  type        = string

  validation {
    condition     = can(regex("^https?://[^/\\s#?]+/[^\\s#?]+$", var.runbooks_url))
    error_message = "runbooks_url is where docs/operations.md of your copy of this repository is read in a browser, for instance https://github.com/you/smartcloudops-ai/blob/main/docs/operations.md."
  }
}

locals {
  topic_name = "${local.label}-alerts"
  topic_arn  = "arn:aws:sns:${var.region}:${var.account_id}:${local.topic_name}"

  # Left out: who hears of the costs hears of this, too.
  alert_emails = coalesce(var.alerts.emails, var.budget.emails)

  mail = {
    topic_arn = local.topic_arn
    sigv4     = { region = var.region }
    # Alertmanager's own subject has every label in it, and Amazon refuses one of a hundred characters.
    subject = "{{ .Status | toUpper }}: {{ .GroupLabels.alertname }}{{ with .GroupLabels.instance }} of {{ . }}{{ end }}"
    message = <<-EOT
      {{ range .Alerts }}{{ .Status | toUpper }} ({{ .Labels.severity }}): {{ .Annotations.summary }}
      {{ .Annotations.description }}
      What to do: {{ .Annotations.runbook }}
      Since {{ .StartsAt.UTC.Format "2006-01-02 15:04" }} UTC

      {{ end }}
    EOT
  }

  receivers = {
    sns_configs     = [local.mail]
    webhook_configs = [for path in ["/run/credentials/alertmanager.service/secrets_ALERTS_WEBHOOK_URL"] : { url_file = path } if var.alerts.webhook]
  }

  # What belongs together and what keeps what quiet is the same everywhere; who is told is decided here.
  everywhere = yamldecode(file("${path.module}/../../../manifests/prometheus/alertmanager.yml"))
  alertmanager = yamlencode(merge(local.everywhere, {
    route     = merge(local.everywhere.route, { receiver = "people" })
    receivers = [merge({ name = "people" }, { for kind, list in local.receivers : kind => list if length(list) > 0 })]
  }))
}
