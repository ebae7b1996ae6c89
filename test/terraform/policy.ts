import { type Block, type Body, inner } from './configuration.ts';

/** Another text in one file, with which the policy must not hold. */
export type Break = { readonly what: string; readonly file: string; readonly find: string; readonly put: string };

/** One thing that has to be true of the whole configuration, why, and the ways in which it is shown to notice. */
export type Policy = {
  readonly name: string;
  readonly because: string;
  /** A sentence for each place where it does not hold. */
  problems(blocks: readonly Block[]): readonly string[];
  readonly broken: readonly [Break, ...Break[]];
};

export function resources(blocks: readonly Block[], ...types: readonly string[]): readonly Block[] {
  return blocks.filter(({ kind, labels: [type = ''] }) => kind === 'resource' && types.includes(type));
}

/** What a policy document allows; a statement without an effect allows. */
export function allowed({ body }: Block): readonly Body[] {
  return inner(body, 'statement').filter(({ effect }) => effect === undefined || effect === 'Allow');
}
