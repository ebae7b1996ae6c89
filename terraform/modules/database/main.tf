resource "aws_db_subnet_group" "this" {
  name       = var.label
  subnet_ids = var.subnet_ids
}

# Without TLS it does not answer.
resource "aws_db_parameter_group" "this" {
  name   = "${var.label}-postgres17"
  family = "postgres17"

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }
}

resource "aws_db_instance" "this" {
  identifier           = var.label
  engine               = "postgres"
  engine_version       = "17"
  instance_class       = var.size
  db_name              = "smartcloudops"
  db_subnet_group_name = aws_db_subnet_group.this.name
  parameter_group_name = aws_db_parameter_group.this.name
  multi_az             = var.multi_az

  vpc_security_group_ids = [var.security_group_id]
  publicly_accessible    = false

  # RDS makes the password, keeps it in Secrets Manager and changes it every week; Terraform never sees it.
  username                    = "smartcloudops"
  manage_master_user_password = true

  storage_type          = "gp3"
  allocated_storage     = var.storage_gb
  max_allocated_storage = var.storage_gb * 5
  storage_encrypted     = true

  backup_retention_period    = 7
  copy_tags_to_snapshot      = true
  deletion_protection        = true
  final_snapshot_identifier  = "${var.label}-last"
  auto_minor_version_upgrade = true
}
