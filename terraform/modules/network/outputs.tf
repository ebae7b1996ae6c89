output "vpc_id" {
  description = "The network."
  value       = aws_vpc.this.id
}

output "subnet_ids" {
  description = "The subnets, by zone."
  value       = { for zone, subnet in aws_subnet.this : zone => subnet.id }
}

output "group_ids" {
  description = "The security groups, by what is in them."
  value       = { for name, group in aws_security_group.this : name => group.id }
}
