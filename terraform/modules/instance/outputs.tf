output "id" {
  description = "Of the instance."
  value       = aws_instance.this.id
}

output "volume_id" {
  description = "Of the volume that survives the machine."
  value       = aws_ebs_volume.data.id
}
