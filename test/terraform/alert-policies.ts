import { rightsIn } from './bucket-rights.ts';
import { addressOf, type Block, type Body, inner, texts } from './configuration.ts';
import { type Policy, resources } from './policy.ts';

const topic = 'terraform/modules/alerts/main.tf';

const encrypted: Policy = {
  name: 'every topic is encrypted',
  because: 'what is wrong tonight is read by those whom it is for',
  problems: (blocks) =>
    resources(blocks, 'aws_sns_topic')
      .filter(({ body }) => typeof body.kms_master_key_id !== 'string')
      .map((block) => `${addressOf(block)} is not encrypted`),
  broken: [{ what: 'no key', file: topic, find: '  kms_master_key_id = "alias/aws/sns"\n', put: '' }],
};

/** Whether a statement denies to everybody to publish without TLS. */
function deniesPlain(statement: Body): boolean {
  const [condition = {}] = inner(statement, 'condition');
  return (
    statement.effect === 'Deny' &&
    texts(statement, 'actions').includes('sns:Publish') &&
    inner(statement, 'principals').some((one) => texts(one, 'identifiers').includes('*')) &&
    condition.variable === 'aws:SecureTransport' &&
    texts(condition, 'values').includes('false')
  );
}

/** The statements of the document that a topic's policy is. */
function statementsFor({ folder, body }: Block, blocks: readonly Block[]): readonly Body[] {
  const name = /^\$\{data\.aws_iam_policy_document\.(\w+)\.json\}$/.exec(String(body.policy))?.[1];
  return blocks
    .filter((one) => one.kind === 'data' && one.folder === folder && one.labels[1] === name)
    .flatMap((one) => inner(one.body, 'statement'));
}

const closed: Policy = {
  name: 'a topic lets nobody in of itself, and nobody without TLS',
  because: 'a false alarm at night is an attack, too',
  problems: (blocks) =>
    resources(blocks, 'aws_sns_topic')
      .filter(({ folder }) => {
        const policies = resources(blocks, 'aws_sns_topic_policy').filter((one) => one.folder === folder);
        const statements = policies.flatMap((one) => statementsFor(one, blocks));
        return !statements.some(deniesPlain) || statements.some(({ effect }) => effect !== 'Deny');
      })
      .map((block) => `${addressOf(block)} lets somebody in`),
  broken: [
    { what: 'everybody', file: topic, find: '"Deny"', put: '"Allow"' },
    { what: 'the other way round', file: topic, find: '["false"]', put: '["true"]' },
    { what: 'no policy', file: topic, find: 'resource "aws_sns_topic_policy"', put: 'resource "aws_sns_topic_other"' },
  ],
};

const oneTopic: Policy = {
  name: 'the monitoring machine may publish to the topic of the alerts, and nothing else with it',
  because: 'who takes it over could write to whoever else the account writes to',
  problems: (blocks) => {
    const rights = ['application', 'both', 'monitoring'].flatMap((document) => rightsIn(blocks, document, 'sns'));
    return rights.join() === 'sns:Publish ${var.alerts_topic_arn}' ? [] : [`the roles may: ${rights.join(', ')}`];
  },
  broken: [
    {
      what: 'another action',
      file: 'terraform/modules/identity/monitoring.tf',
      find: '["sns:Publish"]',
      put: '["sns:Publish", "sns:Subscribe"]',
    },
    {
      what: 'every topic of the account',
      file: 'terraform/modules/identity/monitoring.tf',
      find: '[var.alerts_topic_arn]',
      put: '["arn:aws:sns:${var.region}:${var.account_id}:*"]',
    },
    {
      what: 'no right at all',
      file: 'terraform/modules/identity/monitoring.tf',
      find: '["sns:Publish"]',
      put: '["sqs:SendMessage"]',
    },
  ],
};

export const alertPolicies: readonly Policy[] = [encrypted, closed, oneTopic];
