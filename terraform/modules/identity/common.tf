locals {
  parameters = "arn:aws:ssm:${var.region}:${var.account_id}:parameter"
  secrets    = { for machine, paths in var.secret_paths : machine => [for path in paths : "${local.parameters}${path}"] }
}

# What both machines do: be reached by Session Manager, and fetch the release.
data "aws_iam_policy_document" "both" {
  # AWS has no resources for these actions, and so no narrower way to say it. The managed policy
  # AmazonSSMManagedInstanceCore is wider: it would let the machine read every parameter of the account.
  statement {
    sid = "SessionManager"
    actions = [
      "ssmmessages:CreateControlChannel",
      "ssmmessages:CreateDataChannel",
      "ssmmessages:OpenControlChannel",
      "ssmmessages:OpenDataChannel",
    ]
    resources = ["*"]
  }

  statement {
    sid       = "SessionManagerPresence"
    actions   = ["ssm:UpdateInstanceInformation"]
    resources = ["arn:aws:ec2:${var.region}:${var.account_id}:instance/*"]
  }

  statement {
    sid       = "Releases"
    actions   = ["s3:GetObject"]
    resources = ["${var.buckets.releases}/bot/*"]
  }
}

# How secrets are opened: through Parameter Store, with one key, and only those of the machine.
data "aws_iam_policy_document" "secrets" {
  for_each = var.secret_paths

  statement {
    sid       = "Secrets"
    actions   = ["ssm:GetParametersByPath"]
    resources = local.secrets[each.key]
  }

  statement {
    sid       = "SecretsKey"
    actions   = ["kms:Decrypt"]
    resources = [var.secrets_key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["ssm.${var.region}.amazonaws.com"]
    }

    condition {
      test     = "StringLike"
      variable = "kms:EncryptionContext:PARAMETER_ARN"
      values   = [for arn in local.secrets[each.key] : "${arn}/*"]
    }
  }
}
