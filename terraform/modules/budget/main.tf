variable "label" {
  description = "Stands before every name."
  type        = string
}

variable "monthly_usd" {
  description = "What a month may cost."
  type        = number
}

variable "emails" {
  description = "Who is told."
  type        = list(string)
}

locals {
  alarms = { "half is spent" = ["ACTUAL", 50], "most is spent" = ["ACTUAL", 80], "it will be too much" = ["FORECASTED", 100] }
}

# Of the whole account: a budget that filters by tag stays silent until somebody activates the tag for billing.
resource "aws_budgets_budget" "this" {
  name         = var.label
  budget_type  = "COST"
  time_unit    = "MONTHLY"
  limit_amount = tostring(var.monthly_usd)
  limit_unit   = "USD"

  dynamic "notification" {
    for_each = local.alarms

    content {
      notification_type          = notification.value[0]
      comparison_operator        = "GREATER_THAN"
      threshold                  = notification.value[1]
      threshold_type             = "PERCENTAGE"
      subscriber_email_addresses = var.emails
    }
  }
}
