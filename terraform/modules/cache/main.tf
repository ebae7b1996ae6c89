resource "aws_elasticache_subnet_group" "this" {
  name       = var.label
  subnet_ids = var.subnet_ids
}

# Read while Terraform runs and written to no file: neither plan nor state has it.
ephemeral "aws_ssm_parameter" "auth_token" {
  arn = var.auth_token_arn
}

resource "aws_elasticache_replication_group" "this" {
  replication_group_id = var.label
  description          = var.label
  engine               = "redis"
  engine_version       = "7.1"
  node_type            = var.size
  num_cache_clusters   = 1
  subnet_group_name    = aws_elasticache_subnet_group.this.name
  security_group_ids   = [var.security_group_id]

  at_rest_encryption_enabled = true
  transit_encryption_enabled = true
  transit_encryption_mode    = "required"
  auth_token_wo              = ephemeral.aws_ssm_parameter.auth_token.value
  auth_token_wo_version      = var.auth_token_version

  snapshot_retention_limit   = 1
  auto_minor_version_upgrade = true
}
