output "backend" {
  description = "Goes into ../backend.hcl: \"terraform output -raw backend > ../backend.hcl\"."
  value = join("", [
    for name, value in { bucket = module.bucket["state"].name, key = "${var.environment}/terraform.tfstate", region = var.region } :
    "${name} = \"${value}\"\n"
  ])
}

output "releases" {
  description = "The bucket that release.sh uploads to."
  value       = module.bucket["releases"].name
}
