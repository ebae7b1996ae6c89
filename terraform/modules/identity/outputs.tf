output "profiles" {
  description = "Names of the instance profiles, by machine."
  value       = { for name, profile in aws_iam_instance_profile.this : name => profile.name }
}

output "role_arns" {
  description = "ARNs of the roles, by machine."
  value       = { for name, role in aws_iam_role.this : name => role.arn }
}
