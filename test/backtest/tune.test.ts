import { describe, expect, it } from 'vitest';
import { type CellResult, holds, prefer, type Tried } from '../../src/backtest/choose-settings.ts';
import { candidatesAround } from '../../src/backtest/settings-grid.ts';
import { type TuneInput, tune } from '../../src/backtest/tune.ts';
import type { Detector, DetectorSettings } from '../../src/core/detector.ts';
import { replay } from '../../src/replay.ts';
import { ordinary, servers, told } from './days.ts';

const usual: DetectorSettings = { windows: [5, 15, 60], trees: 100, lags: 3, smoothingRows: 10 };
const [plain, short] = candidatesAround(usual);
if (plain === undefined || short === undefined) throw new Error('there are no candidates');

/** Eight cells of two folds: what is caught of five in each, and the false alerts of all eight days. */
function tried(caught: readonly number[], falseAlerts: number, candidate = short ?? plain): Tried {
  const cells = caught.map(
    (count, at): CellResult => ({
      ...{ fold: at % 2, injected: 5, caught: count, falseAlerts: at === 0 ? falseAlerts : 0, days: 1 },
    }),
  );
  return { candidate: candidate ?? { name: '', settings: usual }, cells };
}
const asUsual = tried([3, 3, 3, 3, 3, 3, 3, 3], 4, plain);

describe('what settings are preferred', () => {
  it.each([
    ['the same', [3, 3, 3, 3, 3, 3, 3, 3], 4, 'usual'],
    ['clearly more', [4, 4, 4, 4, 4, 4, 4, 4], 4, 'short windows'],
    ['more here and less there', [5, 1, 5, 1, 5, 3, 5, 1], 4, 'usual'],
    ['a little more in one place', [4, 3, 3, 3, 3, 3, 3, 3], 4, 'usual'],
    ['more, but only in one fold', [5, 3, 5, 3, 5, 3, 5, 3], 4, 'usual'],
    ['more, within the budget', [4, 4, 4, 4, 4, 4, 4, 4], 8, 'short windows'],
    ['more, over the budget', [5, 5, 5, 5, 5, 5, 5, 5], 9, 'usual'],
  ])('when they catch %s', (_what, caught, falseAlerts, name) => {
    expect(prefer([asUsual, tried(caught, falseAlerts)], 1)?.chosen.candidate.name).toBe(name);
  });

  it('where the usual ones are over the budget, may be as often wrong as they are', () => {
    const noisy = tried([3, 3, 3, 3, 3, 3, 3, 3], 24, plain);
    expect(prefer([noisy, tried([4, 4, 4, 4, 4, 4, 4, 4], 24)], 1)?.chosen.candidate.name).toBe('short windows');
    expect(prefer([noisy, tried([4, 4, 4, 4, 4, 4, 4, 4], 25)], 1)?.chosen.candidate.name).toBe('usual');
  });

  it('has to hold on the fold that is held back', () => {
    expect(holds(tried([3, 3], 1), tried([3, 3], 1), 1)).toBe(true);
    expect(holds(tried([3, 2], 0), tried([3, 3], 1), 1)).toBe(false);
    expect(holds(tried([5, 5], 5), tried([3, 3], 1), 1)).toBe(false);
  });
});

const rows = 3 * 1_440;
const calm = ordinary(rows, 3);
const rowAt = new Map([...calm.times].map((at, row) => [at, row]));
/** Where the fold that is held back begins. */
const heldFrom = calm.times[rows - 720] ?? 0;

/** A detector that sees every change with short windows, and only large ones of network without; `blinds` the fold held back. */
function seesMoreWithShortWindows(blinds: boolean): Detector & { readonly fits: DetectorSettings[] } {
  const fits: DetectorSettings[] = [];
  const sees = (values: Float64Array, at: number, all: boolean): number => {
    const row = rowAt.get(at) ?? 0;
    const changed = calm.columns.map((column, place) => column.values[row] !== values[place]);
    return changed[1] === true || (all && changed.includes(true)) ? 9 : 0;
  };
  return {
    ...told(() => 0),
    fits,
    fit(frame, options) {
      const settings = options.settings ?? usual;
      fits.push(settings);
      const isShort = settings.windows[0] === short?.settings.windows[0];
      const detector = told((values, at) => (blinds && isShort && at >= heldFrom ? 0 : sees(values, at, isShort)));
      return detector.fit(frame, options);
    },
  };
}

function inputOf(detector: Detector, change: Partial<TuneInput> = {}): TuneInput {
  const frames = new Map(['a', 'b', 'c', 'd', 'e'].map((entity) => [entity, calm] as const));
  return { watch: servers, detector, seed: 5, replay, frames, usual, hasTime: () => true, ...change };
}

describe('tuning', () => {
  it('chooses on all folds but the last, and tests on that', async () => {
    const detector = seesMoreWithShortWindows(false);
    const tuned = await tune(inputOf(detector));
    expect(tuned).toMatchObject({ name: 'short windows', settings: { ...usual, windows: [3, 8, 30] } });
    expect(tuned?.because).toMatch(
      /^caught (\d+) of \1 at 0\.00 false alerts a day, the usual ones caught \d+ of \1 .* on 3 of 5 entities; on the last fold, held back, they caught (\d+) of \2 /,
    );
    // Six candidates on two folds of three entities, and two on the one that is held back.
    expect(detector.fits).toHaveLength(6 * 2 * 3 + 2 * 3);
  }, 60_000);

  it('stays with the usual settings when what was ahead fails on the fold that was held back', async () => {
    const tuned = await tune(inputOf(seesMoreWithShortWindows(true)));
    expect(tuned).toMatchObject({ name: 'usual', settings: usual });
    expect(tuned?.because).toMatch(/^short windows were ahead .*, but on the last fold, held back, they caught 0 of/);
  }, 60_000);

  it('stays with the usual settings when all are alike', async () => {
    const tuned = await tune(inputOf(told(() => 0)));
    expect(tuned).toMatchObject({ name: 'usual', settings: usual });
    expect(tuned?.because).toContain('no other settings were clearly better: the usual ones caught 0 of');
  }, 60_000);

  it('counts an entity only when every candidate had its turn on it', async () => {
    const turns = Array.from({ length: 9 }, () => true);
    const tuned = await tune(
      inputOf(
        told(() => 0),
        { hasTime: () => turns.pop() ?? false },
      ),
    );
    expect(tuned?.because).toContain('on 1 of 5 entities');
    expect(
      await tune(
        inputOf(
          told(() => 0),
          { hasTime: () => false },
        ),
      ),
    ).toMatchObject({
      name: 'usual',
      because: 'there was no time to try others',
    });
  }, 60_000);

  it('is left alone with less history than two folds take', async () => {
    const frames = new Map([['a', ordinary(1_000, 1)]]);
    expect(
      await tune(
        inputOf(
          told(() => 0),
          { frames },
        ),
      ),
    ).toBeNull();
  });
});
