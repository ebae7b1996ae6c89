data "aws_iam_policy_document" "monitoring" {
  source_policy_documents = [
    data.aws_iam_policy_document.both.json,
    data.aws_iam_policy_document.secrets["monitoring"].json,
  ]
}
