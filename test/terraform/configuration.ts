import { globSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parse } from '@cdktf/hcl2json';
import { z } from 'zod';

/** What stands between a block's braces, as hcl2json gives it: a block is an array, an expression a text in `${…}`. */
export type Body = Readonly<Record<string, unknown>>;

/** A block of the first level: `resource "aws_vpc" "this" { … }` has the labels "aws_vpc" and "this". */
export type Block = {
  readonly file: string;
  /** The module's folder. */
  readonly folder: string;
  readonly kind: string;
  readonly labels: readonly string[];
  readonly body: Body;
};

const body = z.record(z.string(), z.unknown());
const unlabelled = z.array(body);
const labelled = z.record(z.string(), unlabelled);
const twiceLabelled = z.record(z.string(), labelled);

export const configurationFiles: readonly string[] = globSync('terraform/**/*.tf')
  .map((file) => file.replaceAll('\\', '/'))
  .sort();

const parsed = new Map<string, Promise<readonly Block[]>>();

/**
 * Every block of `terraform/`. With `change`, a file is read as if it said something else, which is how a policy is shown to
 * notice: the text that is changed has to be there.
 */
export async function readConfiguration(change?: {
  readonly file: string;
  readonly find: string;
  readonly put: string;
}): Promise<readonly Block[]> {
  const blocks = await Promise.all(
    configurationFiles.map((file) => {
      const text = readFileSync(file, 'utf8');
      if (file !== change?.file) return blocksOf(file, text);
      if (!text.includes(change.find)) throw new Error(`${file} does not say: ${change.find}`);
      return blocksOf(
        file,
        text.replaceAll(change.find, () => change.put),
      );
    }),
  );
  return blocks.flat();
}

function blocksOf(file: string, text: string): Promise<readonly Block[]> {
  const key = `${file}\n${text}`;
  const known = parsed.get(key) ?? parse(file, text).then((tree) => [...flatten(file, body.parse(tree))]);
  parsed.set(key, known);
  return known;
}

function* flatten(file: string, tree: Body): Generator<Block> {
  const folder = dirname(file);
  for (const [kind, value] of Object.entries(tree)) {
    if (kind === 'terraform' || kind === 'locals')
      for (const one of unlabelled.parse(value)) yield { file, folder, kind, labels: [], body: one };
    else if (kind === 'resource' || kind === 'data' || kind === 'ephemeral')
      for (const [type, names] of Object.entries(twiceLabelled.parse(value)))
        for (const [name, [first = {}]] of Object.entries(names))
          yield { file, folder, kind, labels: [type, name], body: first };
    else
      for (const [name, [first = {}]] of Object.entries(labelled.parse(value)))
        yield { file, folder, kind, labels: [name], body: first };
  }
}

/** What stands below a name that is no list: a `dynamic`, or a block with a label of its own. */
export function below(from: Body, name: string): Body {
  return body.safeParse(from[name]).data ?? {};
}

/** The blocks of one name inside a body, those that a `dynamic` writes among them. */
export function inner(from: Body, name: string): readonly Body[] {
  const plain = unlabelled.safeParse(from[name]);
  const dynamic = unlabelled.safeParse(below(from, 'dynamic')[name]);
  const contents = (dynamic.data ?? []).flatMap((one) => unlabelled.safeParse(one.content).data ?? []);
  return [...(plain.data ?? []), ...contents];
}

/** An attribute's texts: one, a list of them, or none. */
export function texts(from: Body, name: string): readonly string[] {
  const value = from[name];
  const list = Array.isArray(value) ? value : [value];
  return list.filter((one) => typeof one === 'string');
}

/** How Terraform writes where a block is. */
export function addressOf({ file, kind, labels }: Block): string {
  return `${file}: ${[kind === 'resource' ? '' : kind, ...labels].filter(Boolean).join('.')}`;
}

/** Every text inside a value with the path to it. */
export function* deepTexts(value: unknown, path: readonly string[] = []): Generator<readonly [string, string]> {
  if (typeof value === 'string') yield [path.join('.'), value];
  else if (typeof value === 'object' && value !== null)
    for (const [key, one] of Object.entries(value)) yield* deepTexts(one, Array.isArray(value) ? path : [...path, key]);
}
