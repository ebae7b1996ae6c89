import { addressOf, type Block, type Body, deepTexts, inner } from './configuration.ts';
import { type Policy, resources } from './policy.ts';

const instance = 'terraform/modules/instance/main.tf';
const database = 'terraform/modules/database/main.tf';
const cache = 'terraform/modules/cache/main.tf';

/** That every resource of the types says what `holds` asks of it. */
function every(types: readonly string[], what: string, holds: (body: Body) => boolean): Policy['problems'] {
  return (blocks) =>
    resources(blocks, ...types)
      .filter(({ body }) => !holds(body))
      .map((block) => `${addressOf(block)} ${what}`);
}

const disksEncrypted: Policy = {
  name: 'every volume is encrypted',
  because: 'a snapshot or a disk that goes astray tells nothing',
  problems: (blocks) => [
    ...every(['aws_ebs_volume'], 'is not encrypted', ({ encrypted }) => encrypted === true)(blocks),
    ...every(['aws_instance'], 'has a disk that is not encrypted', (body) => {
      const others = inner(body, 'ebs_block_device');
      return (
        inner(body, 'root_block_device').length === 1 &&
        [...inner(body, 'root_block_device'), ...others].every(({ encrypted }) => encrypted === true)
      );
    })(blocks),
    ...every(['aws_db_instance'], 'is not encrypted', (body) => body.storage_encrypted === true)(blocks),
    ...every(
      ['aws_elasticache_replication_group'],
      'is not encrypted',
      (body) => body.at_rest_encryption_enabled === true && body.transit_encryption_mode === 'required',
    )(blocks),
  ],
  broken: [
    {
      what: 'a data volume',
      file: instance,
      find: '  type              = "gp3"\n  encrypted         = true',
      put: '  type              = "gp3"',
    },
    { what: 'a root', file: instance, find: 'encrypted             = true', put: 'encrypted             = false' },
    {
      what: 'a root that nobody speaks of',
      file: instance,
      find: 'root_block_device {',
      put: 'ephemeral_block_device {',
    },
    {
      what: 'another disk',
      file: instance,
      find: '  credit_specification {',
      put: '  ebs_block_device {\n    device_name = "/dev/sdg"\n  }\n\n  credit_specification {',
    },
    { what: 'a database', file: database, find: 'storage_encrypted     = true', put: 'storage_encrypted     = false' },
    {
      what: 'a cache',
      file: cache,
      find: 'at_rest_encryption_enabled = true',
      put: 'at_rest_encryption_enabled = false',
    },
    { what: 'a cache that is spoken to in plain', file: cache, find: '"required"', put: '"preferred"' },
  ],
};

const tokenWanted: Policy = {
  name: 'every machine wants a token for its metadata (IMDSv2), and from itself',
  because: "a request that somebody makes the bot send can not fetch the role's keys",
  problems: every(['aws_instance', 'aws_launch_template'], 'answers without a token', (body) => {
    const [options] = inner(body, 'metadata_options');
    return options?.http_tokens === 'required' && options.http_put_response_hop_limit === 1;
  }),
  broken: [
    {
      what: 'a token if you like',
      file: instance,
      find: 'http_tokens                 = "required"',
      put: 'http_tokens                 = "optional"',
    },
    { what: 'no word of it', file: instance, find: '  metadata_options {', put: '  maintenance_options {' },
    { what: 'from a container, too', file: instance, find: 'hop_limit = 1', put: 'hop_limit = 2' },
  ],
};

const replaced: Policy = {
  name: 'another configuration is another machine, on the same data',
  because: 'a machine that is changed in place is one that nobody can make again',
  problems: (blocks) => [
    ...every(['aws_instance'], 'is not replaced', (body) => body.user_data_replace_on_change === true)(blocks),
    ...every(['aws_ebs_volume'], 'goes without a snapshot', (body) => body.final_snapshot === true)(blocks),
    ...every(
      ['aws_volume_attachment'],
      'is torn off a running machine',
      (body) => body.stop_instance_before_detaching === true,
    )(blocks),
  ],
  broken: [
    {
      what: 'changed in place',
      file: instance,
      find: 'user_data_replace_on_change = true',
      put: 'user_data_replace_on_change = false',
    },
    { what: 'no snapshot', file: instance, find: '  final_snapshot    = true\n', put: '' },
    { what: 'torn off', file: instance, find: '  stop_instance_before_detaching = true\n', put: '' },
  ],
};

const databaseInside: Policy = {
  name: 'a database is inside, wants TLS, is backed up and not deleted in passing',
  because: 'it holds what the bot knows of every incident',
  problems: (blocks) => [
    ...every(['aws_db_instance'], 'is not safe', (body) => {
      const kept = Number(body.backup_retention_period) >= 7 && body.deletion_protection === true;
      return body.publicly_accessible === false && kept && 'final_snapshot_identifier' in body;
    })(blocks),
    ...every(['aws_db_parameter_group'], 'does without TLS', (body) =>
      inner(body, 'parameter').some(({ name, value }) => name === 'rds.force_ssl' && value === '1'),
    )(blocks),
  ],
  broken: [
    { what: 'public', file: database, find: 'publicly_accessible    = false', put: 'publicly_accessible    = true' },
    {
      what: 'no backup',
      file: database,
      find: 'backup_retention_period    = 7',
      put: 'backup_retention_period    = 0',
    },
    { what: 'no protection', file: database, find: '  deletion_protection        = true\n', put: '' },
    { what: 'no TLS', file: database, find: 'value = "1"', put: 'value = "0"' },
  ],
};

/** What would put a secret into the state, whoever wrote it. */
const intoState: Readonly<Record<string, readonly string[]>> = {
  aws_ssm_parameter: ['value'],
  aws_secretsmanager_secret_version: ['secret_string', 'secret_binary'],
  aws_db_instance: ['password'],
  aws_elasticache_replication_group: ['auth_token'],
  random_password: ['length'],
  tls_private_key: ['algorithm'],
  aws_iam_access_key: ['user'],
};

const secretName = /(^|[._])(password|secret|token|api_key|private_key|credentials?)(_wo)?$/i;
const isPublic = /^\/aws\/service\//;
const literalSecret =
  /xox[abp]-[\w-]{8}|xapp-[\w-]{8}|AKIA[0-9A-Z]{16}|AIza[\w-]{30}|sk-[\w-]{20}|-----BEGIN [A-Z ]*PRIVATE KEY|:\/\/[^\s/:$]+:[^\s/@$]+@/;

const noSecrets: Policy = {
  name: 'no secret stands here, and none ends up in the state',
  because: 'a repository and a state are read by more people and programs than a secret may be',
  problems: (blocks) => [
    ...blocks.flatMap((block) =>
      [...deepTexts(block.body)]
        .filter(
          ([path, text]) => literalSecret.test(text) || (secretName.test(path) && !text.includes('${') && text !== ''),
        )
        .map(([path]) => `${addressOf(block)}: ${path} is a secret`),
    ),
    ...blocks
      .filter(({ kind }) => kind === 'resource')
      .flatMap((block) =>
        (intoState[block.labels[0] ?? ''] ?? [])
          .filter((name) => name in block.body)
          .map((name) => `${addressOf(block)}: ${name} ends up in the state`),
      ),
    ...readIntoState(blocks),
  ],
  broken: [
    {
      what: 'a password',
      file: database,
      find: '  manage_master_user_password = true',
      put: '  password = "correct horse"',
    },
    {
      what: 'a password by a variable',
      file: database,
      find: '  manage_master_user_password = true',
      put: '  password = var.password',
    },
    { what: 'a token that is kept', file: cache, find: 'auth_token_wo  ', put: 'auth_token  ' },
    {
      what: 'a token as a default',
      file: 'terraform/variables.tf',
      find: '  default     = "smartcloudops"',
      put: '  default     = "xoxb-123456789012-abc"',
    },
    {
      what: 'a parameter with its value',
      file: 'terraform/bootstrap/main.tf',
      find: 'resource "aws_kms_alias" "secrets" {',
      put: 'resource "aws_ssm_parameter" "key" {\n  name  = "x"\n  type  = "SecureString"\n  value = var.key\n}\n\nresource "aws_kms_alias" "secrets" {',
    },
    {
      what: 'a secret that is read',
      file: 'terraform/main.tf',
      find: 'data "aws_kms_alias" "secrets" {',
      put: 'data "aws_ssm_parameter" "token" {\n  name = "/smartcloudops/prod/bot/SLACK_BOT_TOKEN"\n}\n\ndata "aws_kms_alias" "secrets" {',
    },
  ],
};

function readIntoState(blocks: readonly Block[]): readonly string[] {
  const read = blocks.filter(({ kind }) => kind === 'data');
  return [
    ...read.filter(({ labels, body }) => labels[0] === 'aws_ssm_parameter' && !isPublic.test(String(body.name))),
    ...read.filter(({ labels }) => labels[0] === 'aws_secretsmanager_secret_version'),
  ].map((block) => `${addressOf(block)} brings a secret into the state`);
}

export const machinePolicies: readonly Policy[] = [disksEncrypted, tokenWanted, replaced, databaseInside, noSecrets];
