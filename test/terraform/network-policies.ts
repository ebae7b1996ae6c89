import { addressOf, type Block, deepTexts, inner } from './configuration.ts';
import { type Policy, resources } from './policy.ts';

const firewall = 'terraform/modules/network/firewall.tf';
const balancer = 'terraform/modules/load-balancer';
const world = /(^|[^0-9.])0\.0\.0\.0\/[0-7]([^0-9]|$)|::\/[0-9]([^0-9]|$)/;

/** The two ways out, which let nothing in. */
const waysOut = new Set(['aws_route_table', 'aws_vpc_security_group_egress_rule']);
const sources = ['cidr_ipv4', 'cidr_ipv6', 'prefix_list_id'];

const noWorld: Policy = {
  name: 'the world is named on the way out only',
  because: 'what the world may reach is tried by the world within minutes',
  problems: (blocks) =>
    blocks
      .filter(({ labels: [type = ''] }) => !waysOut.has(type))
      .flatMap((block) =>
        [...deepTexts(block.body)]
          .filter(([path, text]) => world.test(text) && !/description$/.test(path))
          .map(([path]) => `${addressOf(block)}: ${path} is the world`),
      ),
  broken: [
    { what: 'SSH from everywhere', file: firewall, find: '= each.value.range', put: '= "0.0.0.0/0"' },
    {
      what: 'SSH from everywhere, over IPv6',
      file: firewall,
      find: 'cidr_ipv4         = each.value.range',
      put: 'cidr_ipv6 = "::/0"',
    },
    { what: 'SSH from half the world', file: firewall, find: '= each.value.range', put: '= "0.0.0.0/1"' },
    {
      what: 'everywhere as a default',
      file: 'terraform/main.tf',
      find: 'var.ssh == null ? []',
      put: 'var.ssh == null ? ["0.0.0.0/0"]',
    },
    {
      what: 'a group with an opening of its own',
      file: firewall,
      find: '  name        = "${var.label}-${each.key}"',
      put: '  name = "x"\n  ingress {\n    cidr_blocks = ["0.0.0.0/0"]\n  }',
    },
    {
      what: 'a load balancer for everybody',
      file: `${balancer}/main.tf`,
      find: '= each.key\n  ip',
      put: '= "0.0.0.0/0"\n  ip',
    },
  ],
};

const onePage: Policy = {
  name: 'an opening to addresses is SSH for the ranges that were given, or HTTPS of the load balancer',
  because: 'everything else is reached by Session Manager, and inside one group names another',
  problems: (blocks) => [
    ...resources(blocks, 'aws_vpc_security_group_ingress_rule')
      .filter(({ body }) => sources.some((source) => source in body))
      .filter((rule) => !isSsh(rule) && !isHttps(rule))
      .map((rule) => `${addressOf(rule)} lets addresses in`),
    ...resources(blocks, 'aws_security_group_rule').map((rule) => `${addressOf(rule)} is not on the page of openings`),
    ...resources(blocks, 'aws_security_group', 'aws_default_security_group')
      .filter(({ body }) => 'ingress' in body || 'egress' in body || inner(body, 'ingress').length > 0)
      .map((group) => `${addressOf(group)} has openings of its own`),
  ],
  broken: [
    {
      what: 'Grafana for an office',
      file: firewall,
      find: 'resource "aws_vpc_security_group_ingress_rule" "ssh"',
      put: 'resource "aws_vpc_security_group_ingress_rule" "grafana" {\n  cidr_ipv4 = "198.51.100.0/24"\n  from_port = 3000\n  to_port = 3000\n}\n\nresource "aws_vpc_security_group_ingress_rule" "ssh"',
    },
    {
      what: 'all ports in the place of SSH',
      file: firewall,
      find: '  from_port         = 22',
      put: '  from_port         = 0',
    },
    {
      what: 'another range in the place of the given ones',
      file: firewall,
      find: '= each.value.range',
      put: '= "10.0.0.0/8"',
    },
    {
      what: 'HTTP at the load balancer',
      file: `${balancer}/main.tf`,
      find: '= 443\n  to_port           = 443',
      put: '= 80\n  to_port           = 443',
    },
    {
      what: 'the default group of AWS',
      file: 'terraform/modules/network/main.tf',
      find: 'resource "aws_default_security_group" "this" {',
      put: 'resource "aws_default_security_group" "this" {\n  ingress {\n    self = true\n  }',
    },
  ],
};

function isSsh({ folder, body }: Block): boolean {
  const fromGiven = body.for_each === '${local.ssh}' && body.cidr_ipv4 === '${each.value.range}';
  return folder === 'terraform/modules/network' && fromGiven && body.from_port === 22 && body.to_port === 22;
}

function isHttps({ folder, body }: Block): boolean {
  const fromGiven = body.for_each === '${toset(var.from)}' && body.cidr_ipv4 === '${each.key}';
  return folder === balancer && fromGiven && body.from_port === 443 && body.to_port === 443;
}

const outOverTls: Policy = {
  name: 'the way out to the world is HTTPS',
  because: 'a machine that was taken over has fewer ways to talk',
  problems: (blocks) =>
    resources(blocks, 'aws_vpc_security_group_egress_rule')
      .filter(({ body }) => sources.some((source) => source in body))
      .filter(({ body }) => body.from_port !== 443 || body.to_port !== 443 || body.ip_protocol !== 'tcp')
      .map((rule) => `${addressOf(rule)} lets out more than HTTPS`),
  broken: [
    { what: 'every port', file: firewall, find: 'from_port         = 443', put: 'from_port         = 0' },
    {
      what: 'every protocol',
      file: firewall,
      find: 'cidr_ipv4         = "0.0.0.0/0"\n  ip_protocol       = "tcp"',
      put: 'cidr_ipv4         = "0.0.0.0/0"\n  ip_protocol       = "-1"',
    },
  ],
};

const listeners: Policy = {
  name: 'the load balancer speaks TLS 1.2 or newer and nothing else',
  because: 'the key of the sidecar and the password of Grafana go through it',
  problems: (blocks) =>
    resources(blocks, 'aws_lb_listener')
      .filter(
        ({ body }) => body.protocol !== 'HTTPS' || !/^ELBSecurityPolicy-TLS13-1-[23]-/.test(String(body.ssl_policy)),
      )
      .map((listener) => `${addressOf(listener)} speaks something else`),
  broken: [
    { what: 'HTTP', file: `${balancer}/main.tf`, find: '"HTTPS"', put: '"HTTP"' },
    {
      what: 'TLS 1.0',
      file: `${balancer}/main.tf`,
      find: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
      put: 'ELBSecurityPolicy-2016-08',
    },
  ],
};

export const networkPolicies: readonly Policy[] = [noWorld, onePage, outOverTls, listeners];
