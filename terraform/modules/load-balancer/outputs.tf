output "dns_name" {
  description = "What the host names have to point to (CNAME or alias)."
  value       = aws_lb.this.dns_name
}
