# One role for each machine, and in it exactly what the machine does.

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

locals {
  policies = {
    application = data.aws_iam_policy_document.application.json
    monitoring  = data.aws_iam_policy_document.monitoring.json
  }
}

resource "aws_iam_role" "this" {
  for_each = local.policies

  name               = "${var.label}-${each.key}"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "this" {
  for_each = local.policies

  name   = "what-it-does"
  role   = aws_iam_role.this[each.key].id
  policy = each.value
}

resource "aws_iam_instance_profile" "this" {
  for_each = local.policies

  name = "${var.label}-${each.key}"
  role = aws_iam_role.this[each.key].name

  # A machine that starts before its role has rights would wait for the next try.
  depends_on = [aws_iam_role_policy.this]
}
