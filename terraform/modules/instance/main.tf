locals {
  machine_environment = "/etc/smartcloudops/machine.env"

  # The name under which Linux knows the volume, whatever order the disks were found in.
  device = "/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${replace(aws_ebs_volume.data.id, "-", "")}"
}

# Amazon Linux brings Session Manager's agent, the AWS command line and cloud-init.
data "aws_ssm_parameter" "image" {
  name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${var.architecture}"
}

module "user_data" {
  source = "../cloud-config"

  environments = merge(var.told.environments, {
    (local.machine_environment) = merge(var.told.environments[local.machine_environment], { DATA_DEVICE = local.device })
  })
  scripts = var.told.scripts
  files   = var.told.files
  start   = "smartcloudops-set-up.service"
}

resource "aws_instance" "this" {
  ami                         = data.aws_ssm_parameter.image.insecure_value
  instance_type               = var.size
  subnet_id                   = var.subnet_id
  private_ip                  = var.private_ip
  associate_public_ip_address = true
  vpc_security_group_ids      = [var.security_group_id]
  iam_instance_profile        = var.profile
  key_name                    = var.key_name

  # Everything a machine knows is here: another text is another machine.
  user_data_base64            = base64gzip(module.user_data.text)
  user_data_replace_on_change = true

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
    instance_metadata_tags      = "disabled"
  }

  root_block_device {
    encrypted             = true
    volume_type           = "gp3"
    volume_size           = 8
    delete_on_termination = true

    tags = { Name = "${var.name}-root" }
  }

  # Out of credits it gets slow; it does not get dear.
  credit_specification {
    cpu_credits = "standard"
  }

  tags = { Name = var.name }

  # A newer image replaces the machine when somebody says so (-replace), not when Amazon publishes one.
  lifecycle {
    ignore_changes = [ami]
  }
}

resource "aws_ebs_volume" "data" {
  availability_zone = var.zone
  size              = var.data_gb
  type              = "gp3"
  encrypted         = true
  final_snapshot    = true

  tags = { Name = "${var.name}-data" }
}

resource "aws_volume_attachment" "data" {
  device_name                    = "/dev/sdf"
  volume_id                      = aws_ebs_volume.data.id
  instance_id                    = aws_instance.this.id
  stop_instance_before_detaching = true
}
