# The bot writes models, logs, backups and the ends of its record of actions, and reads all but the logs back. It deletes nothing:
# what it replaces stays as an older version until the bucket's lifecycle takes it.
data "aws_iam_policy_document" "application" {
  source_policy_documents = [
    data.aws_iam_policy_document.both.json,
    data.aws_iam_policy_document.secrets["bot"].json,
  ]

  statement {
    sid     = "Models"
    actions = ["s3:GetObject", "s3:PutObject"]
    resources = [
      "${var.buckets.models}/bot/models/*",
      "${var.buckets.models}/bot/backups/*",
      "${var.buckets.models}/bot/audit/*",
    ]
  }

  # One small object in each bucket, by which the bot finds out whether S3 keeps the conditions of a write. It is read because
  # S3 refuses If-Match to who may not read; it is never deleted.
  statement {
    sid       = "ConditionalWrites"
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${var.buckets.models}/bot/conditional-writes~", "${var.buckets.logs}/bot/conditional-writes~"]
  }

  # Names of the whole bucket, which is the bot's alone: under a condition on s3:prefix, S3 says "forbidden" of an object that is
  # not there, and a bot without a model yet could not tell that from a mistake in this file.
  statement {
    sid       = "ModelNames"
    actions   = ["s3:ListBucket"]
    resources = [var.buckets.models]
  }

  statement {
    sid       = "Logs"
    actions   = ["s3:PutObject"]
    resources = ["${var.buckets.logs}/bot/logs/*"]
  }

  dynamic "statement" {
    for_each = var.has_database ? [var.database_secret_arn] : []

    content {
      sid       = "DatabasePassword"
      actions   = ["secretsmanager:GetSecretValue"]
      resources = [statement.value]
    }
  }
}
