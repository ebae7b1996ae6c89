import { parseArgs } from 'node:util';
import { messageOf, UsageError } from '../core/errors.ts';

/** What is to be judged. */
export type Subject =
  | { readonly kind: 'machines'; readonly dir: string; readonly machine: string | null; readonly stepMs: number }
  | { readonly kind: 'nab'; readonly dir: string; readonly machine: string | null }
  | { readonly kind: 'synthetic'; readonly file: string };

export type Arguments = {
  readonly subject: Subject;
  /** Folder for one CSV file of scores per series. */
  readonly scores: string | null;
  /** File for everything that was measured. */
  readonly json: string | null;
  readonly seeds: number;
  /** Judge the detector, or ask what each group of features brings. */
  readonly task: 'judge' | 'ablate';
};

export const usage = `npm run evaluate -- --data DIR [--machine NAME] [--step SECONDS] [--scores DIR] [--json FILE] [--seeds N]
npm run evaluate -- --nab --data DIR [--machine NAME] [--scores DIR] [--json FILE] [--seeds N]
npm run evaluate -- --synthetic FILE [--scores DIR] [--json FILE] [--seeds N]
npm run evaluate -- --ablation … instead of --scores DIR: what each group of features brings to an isolation forest`;

const options = {
  data: { type: 'string' },
  machine: { type: 'string' },
  step: { type: 'string' },
  scores: { type: 'string' },
  json: { type: 'string' },
  seeds: { type: 'string' },
  nab: { type: 'boolean' },
  synthetic: { type: 'string' },
  ablation: { type: 'boolean' },
} as const;

const defaultSeeds = 3;
const mostSeeds = 1_000;
const defaultStepSeconds = 60;
const mostStepSeconds = 86_400;

/** Reads the command line. Throws a `UsageError` that says what is wrong with it. */
export function readArguments(argv: readonly string[]): Arguments {
  const given = parse(argv);
  if (given.ablation && given.scores !== undefined)
    throw new UsageError('--scores does not go with --ablation: it judges no detector.');
  return {
    subject: subjectOf(given),
    scores: given.scores ?? null,
    json: given.json ?? null,
    seeds: wholeNumber('--seeds', given.seeds, defaultSeeds, mostSeeds),
    task: given.ablation ? 'ablate' : 'judge',
  };
}

function parse(argv: readonly string[]) {
  try {
    const { values } = parseArgs({ args: [...argv], options, allowPositionals: false });
    const empty = Object.entries(values).find(([, value]) => value === '');
    if (empty !== undefined) throw new UsageError(`--${empty[0]} is empty.`);
    return values;
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

function subjectOf({ data, machine, step, nab = false, synthetic }: ReturnType<typeof parse>): Subject {
  if (synthetic !== undefined) {
    const others = Object.entries({ data, machine, step, nab: nab || undefined });
    const extra = others.find(([, value]) => value !== undefined);
    if (extra !== undefined) throw new UsageError(`--synthetic names one file and does not go with --${extra[0]}.`);
    return { kind: 'synthetic', file: synthetic };
  }
  if (data === undefined) throw new UsageError('--data DIR is missing: the folder of what is to be judged.');
  if (!nab) {
    const seconds = wholeNumber('--step', step, defaultStepSeconds, mostStepSeconds);
    return { kind: 'machines', dir: data, machine: machine ?? null, stepMs: seconds * 1_000 };
  }
  if (step !== undefined) throw new UsageError('--step does not go with --nab: its series hold their times.');
  return { kind: 'nab', dir: data, machine: machine ?? null };
}

function wholeNumber(flag: string, text: string | undefined, otherwise: number, most: number): number {
  if (text === undefined) return otherwise;
  if (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= most) return Number(text);
  throw new UsageError(`${flag} is "${text}"; it takes a whole number from 1 to ${most}.`);
}
