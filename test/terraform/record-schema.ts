/**
 * Writes `recorded/aws-provider.json`: what the AWS provider knows of the types that `terraform/` uses. The schema is read
 * from the provider's TypeScript bindings, which are too large to be installed for every test:
 *
 *   npm pack @cdktn/provider-aws && tar xzf cdktn-provider-aws-*.tgz
 *   node test/terraform/record-schema.ts package
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfiguration } from './configuration.ts';
import type { Nested, ProviderSchema } from './provider-schema.ts';

const folders = { resource: '', data: 'data-', ephemeral: 'ephemeral-' } as const;

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Say where the unpacked package is.');

const used = new Set<string>();
for (const { kind, labels } of await readConfiguration()) {
  const [type = ''] = labels;
  if (kind === 'resource' || kind === 'data' || kind === 'ephemeral') used.add(`${kind} ${type}`);
}

const types: Record<string, Nested & { readonly reads: readonly string[] }> = {};
let version = '';
for (const name of [...used].sort()) {
  const [kind = '', type = ''] = name.split(' ');
  const place = `${folders[kind as keyof typeof folders]}${type.replaceAll('_', '-')}`;
  const file = join(folder, 'lib', kind === 'resource' ? place.replace(/^aws-/, '') : place, 'index');
  const [code, declarations] = [readFileSync(`${file}.js`, 'utf8'), readFileSync(`${file}.d.ts`, 'utf8')];
  version = /providers\/hashicorp\/aws\/([\d.]+)\//.exec(declarations)?.[1] ?? version;
  types[name] = { ...blockOf(code, declarations, 'synthesizeHclAttributes() {'), reads: readsOf(code) };
}
const schema: ProviderSchema = { version, types };
writeFileSync(join(import.meta.dirname, 'recorded/aws-provider.json'), `${JSON.stringify(schema, null, 1)}\n`);

/** The attributes and blocks that are written after `start`: a name, whether it is a block, and whose it is. */
function blockOf(code: string, declarations: string, start: string): Nested {
  const begin = code.indexOf(start);
  const body = code.slice(begin, code.indexOf('// remove undefined attributes', begin));
  const attributes: string[] = [];
  const blocks: Record<string, Nested> = {};
  for (const [, name = '', value = '', isBlock] of body.matchAll(
    /^ {8,12}(\w+): \{\s+value: (.*?),\s+isBlock: (true|false)/gms,
  )) {
    const inner = /(\w+ToHclTerraform)/.exec(value)?.[1];
    if (isBlock === 'true' && inner !== undefined && !inner.startsWith('string'))
      blocks[name] = blockOf(code, declarations, `function ${inner}(struct) {`);
    else attributes.push(name);
  }
  return { attributes, blocks, required: requiredOf(declarations, start) };
}

/** What has to be given, by the interface that belongs to the function: a property without a question mark. */
function requiredOf(declarations: string, start: string): readonly string[] {
  const inner = /function (\w+)ToHclTerraform/.exec(start)?.[1];
  const name = inner === undefined ? /interface (\w+Config) extends/.exec(declarations)?.[1] : capital(inner);
  const begin = declarations.search(new RegExp(`interface ${name} (extends [^{]+)?\\{`));
  const body = declarations.slice(begin, declarations.indexOf('\n}', begin));
  return [...body.matchAll(/readonly (\w+):/g)].map(([, property = '']) => snake(property));
}

/** What an expression may read of it, at any depth. */
function readsOf(code: string): readonly string[] {
  return [...new Set([...code.matchAll(/ get (\w+)\(\)/g)].map(([, property = '']) => snake(property)))].sort();
}

function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
