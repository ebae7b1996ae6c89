data "aws_iam_policy_document" "monitoring" {
  source_policy_documents = [
    data.aws_iam_policy_document.both.json,
    data.aws_iam_policy_document.secrets["monitoring"].json,
  ]

  # What the rules find is told to people by mail.
  statement {
    sid       = "Alerts"
    actions   = ["sns:Publish"]
    resources = [var.alerts_topic_arn]
  }
}
