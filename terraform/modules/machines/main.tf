# What each machine is told: the values below, and the scripts and units of boot/ as they are. No provider is needed.

locals {
  boot = "${path.module}/boot"
  bin  = "/opt/smartcloudops/bin"
  etc  = "/etc/smartcloudops"
  unit = "/etc/systemd/system"

  scripts = { for name in fileset("${local.boot}/common", "*.sh") : "${local.bin}/${name}" => file("${local.boot}/common/${name}") }
  units = {
    for name in setunion(fileset("${local.boot}/common", "*.service"), fileset("${local.boot}/common", "*.timer")) :
    "${local.unit}/${name}" => file("${local.boot}/common/${name}")
  }

  # What both machines are told of the release, and of the exporter that each of them runs.
  machine = {
    AWS_REGION         = var.region
    AWS_DEFAULT_REGION = var.region
    RELEASE_URL        = var.release.url
    RELEASE_SHA256     = var.release.sha256
    NODE_EXPORTER_URL  = var.programs.node_exporter.url
    NODE_EXPORTER_HASH = var.programs.node_exporter.sha256
  }
}
