import { normalize } from 'node:path';
import { getReferencesInExpression } from '@cdktf/hcl2json';
import { addressOf, type Block, type Body, below, deepTexts, inner } from './configuration.ts';
import type { Nested, ProviderSchema } from './provider-schema.ts';

/** What may stand in any block of its kind. */
const meta = new Set(['for_each', 'count', 'depends_on', 'lifecycle', 'provider', 'dynamic']);
const referencesOf = new Map<string, ReturnType<typeof getReferencesInExpression>>();

/** Remembered by text: most texts are the same each time that one of them is changed. */
function references(file: string, text: string): ReturnType<typeof getReferencesInExpression> {
  const known = referencesOf.get(text) ?? getReferencesInExpression(file, text);
  referencesOf.set(text, known);
  return known;
}

const always = new Set(['path', 'each', 'count', 'terraform', 'self']);

/**
 * What `terraform validate` would object to, as far as it can be told without Terraform: attributes and blocks that the provider
 * does not know, ones that are missing, names that lead nowhere, and modules that are called with something else than they take.
 */
export async function validate(blocks: readonly Block[], schema: ProviderSchema): Promise<readonly string[]> {
  const problems = blocks.flatMap((block) => [...typeProblems(block, schema), ...callProblems(block, blocks)]);
  for (const block of blocks) problems.push(...(await referenceProblems(block, blocks, schema)));
  return problems;
}

function typeProblems(block: Block, schema: ProviderSchema): readonly string[] {
  if (!['resource', 'data', 'ephemeral'].includes(block.kind)) return [];
  const type = schema.types[`${block.kind} ${block.labels[0]}`];
  if (type === undefined) return [`${addressOf(block)}: its type is not recorded; see record-schema.ts`];
  return bodyProblems(addressOf(block), block.body, type);
}

function bodyProblems(at: string, body: Body, type: Nested): readonly string[] {
  const names = Object.keys(body).filter((name) => !meta.has(name));
  const written = new Set([...names, ...Object.keys(below(body, 'dynamic'))]);
  const unknown = [...written].filter((name) => !type.attributes.includes(name) && !(name in type.blocks));
  const missing = type.required.filter((name) => !written.has(name));
  return [
    ...unknown.map((name) => `${at}: the provider knows no ${name} there`),
    ...missing.map((name) => `${at}: ${name} is missing`),
    ...Object.entries(type.blocks).flatMap(([name, type]) =>
      inner(body, name).flatMap((one) => bodyProblems(`${at}.${name}`, one, type)),
    ),
  ];
}

function folderOfCall(call: Block): string {
  return normalize(`${call.folder}/${call.body.source}`).replaceAll('\\', '/');
}

function callProblems(call: Block, blocks: readonly Block[]): readonly string[] {
  if (call.kind !== 'module') return [];
  const variables = blocks.filter(({ folder, kind }) => folder === folderOfCall(call) && kind === 'variable');
  if (variables.length === 0) return [`${addressOf(call)}: there is no such module`];
  const given = Object.keys(call.body).filter((name) => !meta.has(name) && name !== 'source');
  const unknown = given.filter((name) => !variables.some(({ labels }) => labels[0] === name));
  const missing = variables.filter(({ labels: [name = ''], body }) => !('default' in body) && !given.includes(name));
  return [
    ...unknown.map((name) => `${addressOf(call)}: the module takes no ${name}`),
    ...missing.map(({ labels }) => `${addressOf(call)}: the module wants ${labels[0]}`),
  ];
}

async function referenceProblems(
  block: Block,
  blocks: readonly Block[],
  schema: ProviderSchema,
): Promise<readonly string[]> {
  const iterators = new Set(Object.keys(below(block.body, 'dynamic')));
  const problems: string[] = [];
  for (const [path, text] of deepTexts(block.body)) {
    if (!text.includes('${')) continue;
    for (const { value } of await references(block.file, text)) {
      const because = whyNot(value.split('.'), block, blocks, schema);
      if (because !== null && !iterators.has(value.split('.')[0] ?? ''))
        problems.push(`${addressOf(block)}: ${path}: ${value} ${because}`);
    }
    for (const [, module = '', output = ''] of text.matchAll(/module\.(\w+)\[\*\]\.(\w+)/g)) {
      const because = whyNot(['module', module, output], block, blocks, schema);
      if (because !== null) problems.push(`${addressOf(block)}: ${path}: module.${module}.${output} ${because}`);
    }
  }
  return problems;
}

/** Why a name leads nowhere; null when it leads somewhere. */
function whyNot(
  [root = '', first = '', second, ...rest]: readonly string[],
  from: Block,
  blocks: readonly Block[],
  schema: ProviderSchema,
): string | null {
  const here = blocks.filter(({ folder }) => folder === from.folder);
  const has = (kind: string, ...labels: readonly string[]): Block | undefined =>
    here.find((block) => block.kind === kind && labels.every((label, i) => block.labels[i] === label));
  if (always.has(root)) return null;
  if (root === 'var') return has('variable', first) ? null : 'is no variable of its module';
  if (root === 'local')
    return here.some(({ kind, body }) => kind === 'locals' && first in body) ? null : 'is no local of its module';
  if (root === 'module') {
    const call = has('module', first);
    if (call === undefined) return 'is no module that is called';
    const output = second === undefined || /^("|\d|each$)/.test(second) ? rest[0] : second;
    const outputs = blocks.filter(({ folder, kind }) => folder === folderOfCall(call) && kind === 'output');
    return output === undefined || outputs.some(({ labels }) => labels[0] === output) ? null : 'is no output of it';
  }
  const [kind, type, name, attribute] =
    root === 'data' || root === 'ephemeral'
      ? [root, first, second, rest]
      : ['resource', root, first, [second, ...rest]];
  if (!/^aws_/.test(type)) return null;
  if (name === undefined || has(kind, type, name) === undefined) return 'is not there';
  const reads = schema.types[`${kind} ${type}`]?.reads ?? [];
  const read = attribute.find((part) => part !== undefined && !/^("|\d)/.test(part));
  return read === undefined || reads.includes(read) || read === 'key' || read === 'value'
    ? null
    : `is nothing that the provider tells of a ${type}`;
}
