import { addressOf, type Block, type Body, below, inner, texts } from './configuration.ts';
import { type Break, type Policy, resources } from './policy.ts';

const bucket = 'terraform/modules/bucket/main.tf';
const policy = 'terraform/modules/bucket/policy.tf';

/** That every bucket has, in its module, a resource of the type that says so. */
function everyBucket(
  name: string,
  because: string,
  type: string,
  says: (body: Body, blocks: readonly Block[]) => boolean,
  broken: readonly [Break, ...Break[]],
): Policy {
  return {
    name: `every bucket is ${name}`,
    because,
    broken,
    problems: (blocks) =>
      resources(blocks, 'aws_s3_bucket')
        .filter(({ folder, labels: [, label] }) => {
          const of = resources(blocks, type).filter((one) => one.folder === folder);
          return !of.some(({ body }) => body.bucket === `\${aws_s3_bucket.${label}.id}` && says(body, blocks));
        })
        .map((one) => `${addressOf(one)} is not ${name}`),
  };
}

const first = (body: Body, ...names: readonly string[]): Body =>
  names.reduce<Body>((at, name) => inner(at, name)[0] ?? {}, body);

const versioned = everyBucket(
  'versioned',
  'an object that was overwritten by mistake or by an intruder can be had back',
  'aws_s3_bucket_versioning',
  (body) => first(body, 'versioning_configuration').status === 'Enabled',
  [
    { what: 'suspended', file: bucket, find: 'status = "Enabled"\n  }\n}', put: 'status = "Suspended"\n  }\n}' },
    {
      what: 'another bucket',
      file: bucket,
      find: '"aws_s3_bucket_versioning" "this" {\n  bucket = aws_s3_bucket.this.id',
      put: '"aws_s3_bucket_versioning" "this" {\n  bucket = "other"',
    },
    {
      what: 'a second bucket without',
      file: bucket,
      find: 'resource "aws_s3_bucket" "this" {',
      put: 'resource "aws_s3_bucket" "bare" {\n  bucket = "bare"\n}\n\nresource "aws_s3_bucket" "this" {',
    },
  ],
);

const encrypted = everyBucket(
  'encrypted',
  'a disk that leaves the data centre tells nothing',
  'aws_s3_bucket_server_side_encryption_configuration',
  (body) =>
    ['AES256', 'aws:kms'].includes(
      String(first(body, 'rule', 'apply_server_side_encryption_by_default').sse_algorithm),
    ),
  [
    { what: 'no algorithm', file: bucket, find: '      sse_algorithm = "AES256"\n', put: '' },
    {
      what: 'no configuration',
      file: bucket,
      find: '"aws_s3_bucket_server_side_encryption_configuration"',
      put: '"aws_s3_bucket_request_payment_configuration"',
    },
  ],
);

const blocks4 = ['block_public_acls', 'block_public_policy', 'ignore_public_acls', 'restrict_public_buckets'];
const closed = everyBucket(
  'closed to the public',
  'no policy and no list of rights that is written later can open it',
  'aws_s3_bucket_public_access_block',
  (body) => blocks4.every((name) => body[name] === true),
  [
    {
      what: 'public lists',
      file: bucket,
      find: 'block_public_acls       = true',
      put: 'block_public_acls       = false',
    },
    { what: 'a public policy', file: bucket, find: '  block_public_policy     = true\n', put: '' },
    {
      what: 'public buckets',
      file: bucket,
      find: 'restrict_public_buckets = true',
      put: 'restrict_public_buckets = var.closed',
    },
  ],
);

const owned = everyBucket(
  "its owner's alone",
  'without lists of rights there is one place that says who may do what',
  'aws_s3_bucket_ownership_controls',
  (body) => first(body, 'rule').object_ownership === 'BucketOwnerEnforced',
  [{ what: 'lists of rights', file: bucket, find: 'BucketOwnerEnforced', put: 'ObjectWriter' }],
);

/** Whether the bucket's policy denies everything to everybody who does not use TLS. */
function deniesPlain(body: Body, all: readonly Block[]): boolean {
  const name = /^\$\{data\.aws_iam_policy_document\.(\w+)\.json\}$/.exec(String(body.policy))?.[1];
  const document = all.find(
    ({ kind, folder, labels }) => kind === 'data' && folder === 'terraform/modules/bucket' && labels[1] === name,
  );
  return inner(document?.body ?? {}, 'statement').some((statement) => {
    const condition = first(statement, 'condition');
    const everybody = texts(first(statement, 'principals'), 'identifiers').includes('*');
    const plain = condition.variable === 'aws:SecureTransport' && texts(condition, 'values').includes('false');
    const whole =
      texts(statement, 'resources').some((one) => one.endsWith('/*')) && texts(statement, 'resources').length === 2;
    return statement.effect === 'Deny' && texts(statement, 'actions').includes('s3:*') && everybody && plain && whole;
  });
}

const tlsOnly = everyBucket(
  'reached over TLS only',
  'a key or a model is never on a wire that somebody reads',
  'aws_s3_bucket_policy',
  deniesPlain,
  [
    { what: 'allowed', file: policy, find: '"Deny"', put: '"Allow"' },
    { what: 'the other way round', file: policy, find: '["false"]', put: '["true"]' },
    { what: 'reading only', file: policy, find: '["s3:*"]', put: '["s3:GetObject"]' },
    { what: 'the bucket but not what is in it', file: policy, find: ', "${aws_s3_bucket.this.arn}/*"]', put: ']' },
    { what: 'no policy', file: bucket, find: 'data.aws_iam_policy_document.this.json', put: '"{}"' },
  ],
);

const tidied = everyBucket(
  'tidied up',
  'versions that nobody ever deletes cost more every month',
  'aws_s3_bucket_lifecycle_configuration',
  (body) =>
    inner(body, 'rule').some(
      (rule) => rule.status === 'Enabled' && 'noncurrent_days' in first(rule, 'noncurrent_version_expiration'),
    ),
  [
    {
      what: 'off',
      file: bucket,
      find: 'stays for a while"\n    status = "Enabled"',
      put: 'stays for a while"\n    status = "Disabled"',
    },
    { what: 'versions for ever', file: bucket, find: '      noncurrent_days = var.noncurrent_days\n', put: '' },
  ],
);

const locked: Policy = {
  name: 'the state is encrypted, and locked while somebody changes it',
  because: 'two people who apply at once leave a state that is of neither',
  problems: (blocks) =>
    blocks
      .filter(({ kind, folder }) => kind === 'terraform' && folder === 'terraform')
      .filter(({ body }) => {
        const [backend] = inner(below(body, 'backend'), 's3');
        return backend?.use_lockfile !== true || backend.encrypt !== true;
      })
      .map((block) => `${addressOf(block)} keeps a state that is not locked or not encrypted`),
  broken: [
    { what: 'no lock', file: 'terraform/versions.tf', find: 'use_lockfile = true', put: 'use_lockfile = false' },
    { what: 'a state on a laptop', file: 'terraform/versions.tf', find: 'backend "s3"', put: 'backend "local"' },
  ],
};

export const storagePolicies: readonly Policy[] = [versioned, encrypted, closed, owned, tlsOnly, tidied, locked];
