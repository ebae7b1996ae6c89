# Where Alertmanager tells people of what the rules find. A mail goes to each address once its owner has said yes to the mail in
# which Amazon asks.

variable "name" {
  description = "Of the topic."
  type        = string
}

variable "emails" {
  description = "Who is told."
  type        = list(string)
}

resource "aws_sns_topic" "this" {
  name              = var.name
  kms_master_key_id = "alias/aws/sns"
}

resource "aws_sns_topic_subscription" "mail" {
  for_each = toset(var.emails)

  topic_arn = aws_sns_topic.this.arn
  protocol  = "email"
  endpoint  = each.key
}

# Allows nobody: who may publish is said in the role that does.
data "aws_iam_policy_document" "this" {
  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.this.arn]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_sns_topic_policy" "this" {
  arn    = aws_sns_topic.this.arn
  policy = data.aws_iam_policy_document.this.json
}

output "topic_arn" {
  description = "Of the topic."
  value       = aws_sns_topic.this.arn
}
