import { type Block, below, texts } from './configuration.ts';
import { allowed, type Policy } from './policy.ts';

const identity = 'terraform/modules/identity';
const bot = `${identity}/application.tf`;

/** What a document of `modules/identity` allows of a service, as "sns:Publish ${var.alerts_topic_arn}". */
export function rightsIn(blocks: readonly Block[], document: string, service: string): readonly string[] {
  return blocks
    .filter(({ kind, folder, labels }) => kind === 'data' && folder === identity && labels[1] === document)
    .flatMap(allowed)
    .flatMap((statement) =>
      texts(statement, 'actions')
        .filter((action) => action.startsWith(`${service}:`))
        .flatMap((action) => texts(statement, 'resources').map((resource) => `${action} ${resource}`)),
    )
    .toSorted();
}

/** What a document allows in buckets, as "s3:GetObject models/bot/models/*": the bucket by what it is for, then the key. */
export function bucketRights(blocks: readonly Block[], document: string): readonly string[] {
  return rightsIn(blocks, document, 's3').map((right) => right.replace(/ \$\{var\.buckets\.(\w+)\}/, ' $1'));
}

/** What stands before every key of the bot. */
function prefixIn(blocks: readonly Block[]): string {
  const settings = blocks.filter(({ kind, folder }) => kind === 'locals' && folder === 'terraform/modules/settings');
  const [prefix] = settings.flatMap(({ body }) => texts(below(body, 'fixed_environment'), 'S3_PREFIX'));
  return prefix ?? '';
}

/** What docs/operations.md says that the bot needs. */
function needed(prefix: string): readonly string[] {
  const both = (at: string): readonly string[] => [`s3:GetObject ${at}`, `s3:PutObject ${at}`];
  return [
    's3:ListBucket models',
    ...both(`models/${prefix}models/*`),
    ...both(`models/${prefix}backups/*`),
    ...both(`models/${prefix}audit/*`),
    ...both(`models/${prefix}conditional-writes~`),
    ...both(`logs/${prefix}conditional-writes~`),
    `s3:PutObject logs/${prefix}logs/*`,
  ].toSorted();
}

export const exactBuckets: Policy = {
  name: 'the bot may do in buckets what it does, and no more',
  because: 'a right that is missing is found out at night, and one that is over is found out by somebody else',
  problems(blocks) {
    const [given, wanted] = [bucketRights(blocks, 'application'), needed(prefixIn(blocks))];
    return [
      ...given.filter((right) => !wanted.includes(right)).map((right) => `${bot} allows ${right}, which nothing needs`),
      ...wanted.filter((right) => !given.includes(right)).map((right) => `${bot} does not allow ${right}`),
    ];
  },
  broken: [
    { what: 'reading the logs', file: bot, find: '["s3:PutObject"]', put: '["s3:GetObject", "s3:PutObject"]' },
    { what: 'all of the logs', file: bot, find: '/bot/logs/*', put: '/*' },
    {
      what: 'no trial of conditional writes',
      file: bot,
      find: '["${var.buckets.models}/bot/conditional-writes~", "${var.buckets.logs}/bot/conditional-writes~"]',
      put: '["${var.buckets.models}/bot/conditional-writes~"]',
    },
    { what: 'names that can not be listed', file: bot, find: '"s3:ListBucket"', put: '"s3:GetBucketLocation"' },
    {
      what: 'keys that begin otherwise',
      file: 'terraform/modules/settings/bot.tf',
      find: 'S3_PREFIX      = "bot/"',
      put: 'S3_PREFIX      = "smartcloudops/"',
    },
  ],
};
