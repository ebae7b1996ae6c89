# Once per account and environment, before everything else: where the state lies, where releases are put, and the key for
# secrets. Its own state holds no secret; keep it beside your terraform.tfvars, or import the five resources anew.

terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

provider "aws" {
  region              = var.region
  allowed_account_ids = [var.account_id]

  default_tags {
    tags = { Project = var.name, Environment = var.environment, ManagedBy = "terraform" }
  }
}

locals {
  label = "${var.name}-${var.environment}"
}

module "bucket" {
  source   = "../modules/bucket"
  for_each = toset(["state", "releases"])

  name            = "${local.label}-${each.key}-${var.account_id}"
  account_id      = var.account_id
  noncurrent_days = 90
}

resource "aws_kms_key" "secrets" {
  description             = "${local.label}: the bot's secrets in Parameter Store"
  enable_key_rotation     = true
  deletion_window_in_days = 30
}

resource "aws_kms_alias" "secrets" {
  name          = "alias/${local.label}-secrets"
  target_key_id = aws_kms_key.secrets.key_id
}
