import { describe, expect, it } from 'vitest';
import { moreTelling, type Stretch } from '../../src/backtest/choose-stretch.ts';
import type { SlotResult } from '../../src/backtest/judge.ts';
import type { Walked } from '../../src/backtest/walk.ts';
import type { InjectedKind } from '../../src/core/backtest.ts';
import { ordinary, servers, told } from './days.ts';

const fitted = told(() => 0).fit(ordinary(10, 1), { metrics: [], seed: 1, alertBudgetPerDay: 1, stepMs: 1 });
if (fitted.kind !== 'fitted') throw new Error(fitted.kind);
const { detector } = fitted;

/** "spike+" was caught, "leak-" missed, "drop!" caught beside a false alert; "" is a slot without a fault. */
function slotOf(text: string, at: number): SlotResult {
  const from = 100 * at;
  const slot = { from, to: from + 100 };
  const kind = text.replace(/[-+!]/, '') as InjectedKind | '';
  return {
    slot: { ...slot, fault: kind === '' ? null : { kind, from: from + 40, to: from + 50, columns: [0] } },
    delayRows: kind === '' || text.endsWith('-') ? null : 2,
    falseAlerts: text.endsWith('!') ? [{ from: from + 80, to: from + 82 }] : [],
  };
}

function walked(texts: readonly string[], first = 0): Walked {
  const slots = texts.map((text, at) => slotOf(text, first + at));
  return {
    result: { judgedRows: 1, falseAlerts: 0, known: 0, knownCaught: 0, slots },
    faulty: { watch: servers, entity: 'web-1', history: ordinary(10, 1), detector, from: 0, to: 1 },
  };
}

/** Where the stretch begins that is chosen of folds that follow each other. */
function chosenOf(...folds: readonly (readonly string[])[]): number | null {
  let [first, best] = [0, null as Stretch | null];
  for (const texts of folds) {
    best = moreTelling(best, walked(texts, first));
    first += texts.length;
  }
  return best === null ? null : (best.slots[0]?.slot.from ?? 0) / 100;
}

describe('what tells most', () => {
  it.each([
    ['a missed fault beside caught ones', ['spike+', 'leak+', 'drop+', 'ramp-', 'spike+', 'leak+', 'drop+'], 3],
    ['what was missed before what was caught', ['spike-', 'spike-', 'spike-', 'leak+', 'leak+', 'leak+'], 2],
    ['a false alert when all was caught', ['spike!', 'leak+', 'drop+', 'spike+', 'leak+', 'drop+'], 0],
    ['different kinds rather than the same', ['spike+', 'leak+', 'drop+', 'spike+', 'spike+', 'leak+', 'leak+'], 1],
    ['the youngest when all tell as much', ['spike+', 'leak+', 'drop+', 'spike+', 'leak+', 'drop+'], 3],
    ['no more slots than there are', ['spike+', ''], 0],
  ])('is %s', (_what, texts, start) => {
    expect(chosenOf(texts)).toBe(start);
  });

  it('is looked for in every fold', () => {
    expect(chosenOf(['spike+', 'leak-', 'drop+'], ['spike+', 'leak+', 'drop+'])).toBe(0);
    expect(chosenOf(['spike+', 'leak-', 'drop+'], ['spike!', 'leak-', 'drop+'])).toBe(3);
  });

  it('is nothing where no fault could be put', () => {
    expect(chosenOf(['', '', ''], [''])).toBeNull();
  });
});
