output "name" {
  description = "Of the bucket, once it is closed to everybody else."
  value       = aws_s3_bucket.this.id

  depends_on = [aws_s3_bucket_policy.this]
}

output "arn" {
  description = "Of the bucket, once it is closed to everybody else."
  value       = aws_s3_bucket.this.arn

  depends_on = [aws_s3_bucket_policy.this]
}
