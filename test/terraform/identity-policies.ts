import { addressOf, type Block, type Body, inner, texts } from './configuration.ts';
import { allowed, type Policy, resources } from './policy.ts';

const both = 'terraform/modules/identity/common.tf';
const bot = 'terraform/modules/identity/application.tf';

/** AWS has no resources for these: whoever may do them may do them to "*". */
const withoutResources = new Set([
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
]);

const documents = (blocks: readonly Block[]): readonly Block[] =>
  blocks.filter(({ kind, labels: [type] }) => kind === 'data' && type === 'aws_iam_policy_document');

/** Anything, anything of a service, or the whole of a bucket. A folder of a bucket is named, and then what is in it. */
function isWide(resource: string): boolean {
  return resource === '*' || /:\*$|:\*[:/]|^\$\{[^}]+\}\*|^\$\{[^}]+\}\/\*$/.test(resource);
}

function wideIn(statement: Body): readonly string[] {
  const actions = texts(statement, 'actions');
  const without = actions.length > 0 && actions.every((action) => withoutResources.has(action));
  return [
    ...actions.filter((action) => action.includes('*')).map((action) => `allows ${action}`),
    ...texts(statement, 'resources').filter((resource) => isWide(resource) && !(without && resource === '*')),
    ...['not_actions', 'not_resources', 'not_principals'].filter((name) => name in statement),
    ...inner(statement, 'principals').flatMap((one) => texts(one, 'identifiers').filter((name) => name.includes('*'))),
  ];
}

const noWildcards: Policy = {
  name: 'no policy allows a wildcard action, resource or principal',
  because: 'a machine that was taken over can do what its role can, and nobody reads a "*" again',
  problems: (blocks) =>
    documents(blocks).flatMap((document) =>
      allowed(document).flatMap((statement) =>
        wideIn(statement).map((wide) => `${addressOf(document)}: ${statement.sid ?? 'a statement'}: ${wide}`),
      ),
    ),
  broken: [
    { what: 'every action on models', file: bot, find: '["s3:GetObject", "s3:PutObject"]', put: '["s3:*"]' },
    { what: 'every reading action', file: both, find: '["ssm:GetParametersByPath"]', put: '["ssm:Get*"]' },
    { what: 'every object of the bucket', file: bot, find: '/bot/models/*"', put: '/*"' },
    { what: 'everything', file: bot, find: '["${var.buckets.logs}/bot/logs/*"]', put: '["*"]' },
    { what: 'every bucket', file: bot, find: '["${var.buckets.logs}/bot/logs/*"]', put: '["arn:aws:s3:::*"]' },
    { what: 'every key', file: both, find: '[var.secrets_key_arn]', put: '["arn:aws:kms:*:*:key/*"]' },
    {
      what: 'another action beside those that have no resources',
      file: both,
      find: '"ssmmessages:OpenDataChannel",',
      put: '"ssm:GetParameters",',
    },
    {
      what: 'everything but',
      file: bot,
      find: 'actions   = ["s3:PutObject"]',
      put: 'not_actions = ["s3:DeleteObject"]',
    },
    { what: 'a wildcard in a dynamic statement', file: bot, find: '[statement.value]', put: '["*"]' },
    {
      what: 'a bucket that everybody writes to',
      file: 'terraform/modules/bucket/policy.tf',
      find: '[statement.key]',
      put: '["*"]',
    },
  ],
};

const withPolicies = [
  'aws_iam_role_policy',
  'aws_iam_policy',
  'aws_s3_bucket_policy',
  'aws_sns_topic_policy',
  'aws_kms_key',
  'aws_iam_role',
];

const asDocuments: Policy = {
  name: 'every policy is a document that can be read here',
  because: 'a policy as JSON text, or one that Amazon manages and widens, is seen by none of these checks',
  problems: (blocks) => [
    ...resources(blocks, ...withPolicies)
      .filter(
        ({ body }) => !/^(undefined|\$\{(data\.aws_iam_policy_document\.|each\.value\}))/.test(String(body.policy)),
      )
      .map((block) => `${addressOf(block)} has a policy of its own`),
    ...resources(blocks, 'aws_iam_role')
      .filter(
        ({ body }) =>
          !/^\$\{data\.aws_iam_policy_document\./.test(String(body.assume_role_policy)) ||
          'managed_policy_arns' in body,
      )
      .map((block) => `${addressOf(block)} is given rights from elsewhere`),
    ...resources(blocks, 'aws_iam_role_policy_attachment', 'aws_iam_policy_attachment').map(
      (block) => `${addressOf(block)} attaches a policy that is not here`,
    ),
  ],
  broken: [
    {
      what: 'JSON',
      file: 'terraform/modules/identity/main.tf',
      find: 'policy = each.value',
      put: 'policy = jsonencode({ Statement = [] })',
    },
    {
      what: 'a managed policy',
      file: 'terraform/modules/identity/main.tf',
      find: 'resource "aws_iam_instance_profile" "this"',
      put: 'resource "aws_iam_role_policy_attachment" "ssm" {\n  role       = "x"\n  policy_arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"\n}\n\nresource "aws_iam_instance_profile" "this"',
    },
    {
      what: 'a trust in JSON',
      file: 'terraform/modules/identity/main.tf',
      find: 'data.aws_iam_policy_document.trust.json',
      put: '"{}"',
    },
  ],
};

const noDeleting: Policy = {
  name: 'no machine can delete, or lose what is deleted',
  because: 'who takes over the bot must not be able to destroy the models, the backups or the traces',
  problems: (blocks) =>
    documents(blocks)
      .filter(({ folder }) => folder === 'terraform/modules/identity')
      .flatMap((document) =>
        allowed(document)
          .flatMap((statement) => texts(statement, 'actions'))
          .filter((action) =>
            /delete|lifecycle|versioning|bucketpolicy|retention|replication|schedulekey|\*/i.test(action),
          )
          .map((action) => `${addressOf(document)} allows ${action}`),
      ),
  broken: [
    {
      what: 'deleting models',
      file: bot,
      find: '"s3:GetObject", "s3:PutObject"',
      put: '"s3:GetObject", "s3:PutObject", "s3:DeleteObject"',
    },
    {
      what: 'deleting versions',
      file: bot,
      find: '["s3:ListBucket"]',
      put: '["s3:ListBucket", "s3:DeleteObjectVersion"]',
    },
    {
      what: 'a lifecycle that deletes',
      file: both,
      find: '["s3:GetObject"]',
      put: '["s3:GetObject", "s3:PutLifecycleConfiguration"]',
    },
  ],
};

const ownSecrets: Policy = {
  name: 'secrets are read through Parameter Store and for one path only',
  because: 'one machine has no business with what the other knows',
  problems: (blocks) =>
    documents(blocks)
      .flatMap((document) => allowed(document).map((statement) => ({ document, statement })))
      .filter(({ statement }) => texts(statement, 'actions').includes('kms:Decrypt'))
      .filter(({ statement }) => {
        const variables = inner(statement, 'condition').map(({ variable }) => variable);
        return !['kms:ViaService', 'kms:EncryptionContext:PARAMETER_ARN'].every((one) => variables.includes(one));
      })
      .map(({ document }) => `${addressOf(document)} decrypts whatever it is given`),
  broken: [
    { what: 'any service', file: both, find: '"kms:ViaService"', put: '"aws:RequestedRegion"' },
    { what: 'any parameter', file: both, find: '"kms:EncryptionContext:PARAMETER_ARN"', put: '"aws:RequestedRegion"' },
  ],
};

export const identityPolicies: readonly Policy[] = [noWildcards, asDocuments, noDeleting, ownSecrets];
