# Every opening there is, on one page. Inside, one group names another; from outside, only ranges that were given.

locals {
  groups = toset(concat(
    ["application", "monitoring"],
    var.load_balancer ? ["load-balancer"] : [],
    var.database ? ["database"] : [],
    var.cache ? ["cache"] : [],
  ))

  # Who may open a connection to whom, and on which port.
  inside = merge(
    {
      "application to monitoring: queries"  = { from = "application", to = "monitoring", port = 9090 }
      "monitoring to application: sidecar"  = { from = "monitoring", to = "application", port = 5000 }
      "monitoring to application: exporter" = { from = "monitoring", to = "application", port = 9100 }
    },
    var.load_balancer ? {
      "load balancer to monitoring: Grafana"  = { from = "load-balancer", to = "monitoring", port = 3000 }
      "load balancer to application: sidecar" = { from = "load-balancer", to = "application", port = 5000 }
    } : {},
    var.database ? { "application to database" = { from = "application", to = "database", port = 5432 } } : {},
    var.cache ? { "application to cache" = { from = "application", to = "cache", port = 6379 } } : {},
  )

  machines = toset(["application", "monitoring"])
  ssh      = { for pair in setproduct(local.machines, var.ssh_from) : "${pair[0]} from ${pair[1]}" => { to = pair[0], range = pair[1] } }
}

resource "aws_security_group" "this" {
  for_each = local.groups

  name        = "${var.label}-${each.key}"
  description = "${var.label}: ${each.key}"
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.label}-${each.key}" }
}

resource "aws_vpc_security_group_ingress_rule" "inside" {
  for_each = local.inside

  description                  = each.key
  security_group_id            = aws_security_group.this[each.value.to].id
  referenced_security_group_id = aws_security_group.this[each.value.from].id
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

resource "aws_vpc_security_group_egress_rule" "inside" {
  for_each = local.inside

  description                  = each.key
  security_group_id            = aws_security_group.this[each.value.from].id
  referenced_security_group_id = aws_security_group.this[each.value.to].id
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

resource "aws_vpc_security_group_ingress_rule" "ssh" {
  for_each = local.ssh

  description       = "SSH: ${each.key}"
  security_group_id = aws_security_group.this[each.value.to].id
  cidr_ipv4         = each.value.range
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
}

# Out: HTTPS only. Names and the time come from Amazon's own addresses, which no security group stands before.
resource "aws_vpc_security_group_egress_rule" "https" {
  for_each = local.machines

  description       = "Slack, Discord, the AI providers, AWS and releases"
  security_group_id = aws_security_group.this[each.key].id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}
