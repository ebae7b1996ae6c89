import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { FitOptions } from '../../../src/core/detector.ts';
import { type Frame, rowCount } from '../../../src/core/frame.ts';
import { type Catalogue, featureGroups, fitCatalogue } from '../../../src/detection/features/catalogue.ts';
import { forEachRow } from '../../../src/detection/rows.ts';
import { dayRows, frameOf, hostMetrics, hostRows, stepMs as hostStepMs } from '../days.ts';
import { stepMs, wildFrame, wildMetrics } from './wild.ts';

const optionsFor = (metrics: FitOptions['metrics'], step = stepMs): FitOptions => ({
  metrics,
  seed: 1,
  alertBudgetPerDay: 1,
  stepMs: step,
});

const nameOf = ({ of, name }: Catalogue['features'][number]): string => `${of} ${name}`.trim();

/** The features of all rows, by feature, as the tick makes them. */
function rowByRow(catalogue: Catalogue, frame: Frame): readonly Float64Array[] {
  const columns = catalogue.features.map(() => new Float64Array(rowCount(frame)));
  const stream = catalogue.open();
  forEachRow(frame, (values, row) => {
    const features = stream.push(frame.times[row] ?? 0, values);
    columns.forEach((column, at) => {
      column[row] = features[at] ?? Number.NaN;
    });
  });
  return columns;
}

function inBulk(catalogue: Catalogue, frame: Frame): readonly Float64Array[] {
  const columns: Float64Array[] = [];
  catalogue.fill(frame, (feature, column) => {
    expect(columns[feature]).toBeUndefined();
    columns[feature] = column.slice();
  });
  return columns;
}

/** The rows at which two columns are not the same to 1e-9, a gap against a number included. */
function differences(a: Float64Array | undefined, b: Float64Array | undefined): readonly string[] {
  if (a === undefined || b === undefined || a.length !== b.length) return ['one is missing'];
  return [...a].flatMap((value, row) => {
    const other = b[row] ?? Number.NaN;
    return Math.abs(value - other) <= 1e-9 || (Number.isNaN(value) && Number.isNaN(other))
      ? []
      : [`row ${row}: ${value} and ${other}`];
  });
}

const host = frameOf(hostRows({ rows: dayRows, seed: 3 }));
const ofHost = fitCatalogue(host, optionsFor(hostMetrics, hostStepMs));

describe('the features of the five default metrics', () => {
  it('are at least 140, each with a name of its own, a formula, a unit and a reason', () => {
    expect(ofHost.features.length).toBe(149);
    expect(new Set(ofHost.features.map(nameOf)).size).toBe(ofHost.features.length);
    for (const { formula, unit, reason } of ofHost.features)
      for (const text of [formula, unit, reason]) expect(text).not.toBe('');
  });

  it('are as many as the page of the room says', () => {
    const page = readFileSync('src/detection/README.md', 'utf8');
    expect(page).toContain(`${ofHost.features.length} features for the five default metrics`);
  });

  it('come in groups, each with the kinds that it says', () => {
    for (const { name, kinds } of featureGroups) {
      const features = ofHost.features.filter(({ group }) => group === name);
      expect(new Set(features.map((feature) => feature.name))).toEqual(new Set(kinds.map((kind) => kind.name)));
    }
  });

  it('are there once the longest window is full, but for the clock of a week', () => {
    const last = inBulk(ofHost, host).map((column) => column.at(-1) ?? Number.NaN);
    const missing = ofHost.features.filter((_, at) => Number.isNaN(last[at] ?? Number.NaN)).map(nameOf);
    expect(missing).toEqual(['sin week', 'cos week']);
  });
});

describe('the form for the tick and the form for history', () => {
  it.each([1, 2, 3, 4, 5, 6])('agree to 1e-9 on every row, whatever happens (seed %i)', (seed) => {
    const history = wildFrame(seed, 1_500, 5);
    const catalogue = fitCatalogue(history, optionsFor(wildMetrics(5)));
    const rows = wildFrame(seed + 100, 1_500, 5);
    const [tick, bulk] = [rowByRow(catalogue, rows), inBulk(catalogue, rows)];
    const wrong = catalogue.features.flatMap((feature, at) =>
      differences(tick[at], bulk[at]).map((row) => `${nameOf(feature)}, ${row}`),
    );
    expect(wrong).toEqual([]);
  });

  it('agree with a dozen metrics, of which some are never there', () => {
    const [history, rows] = [wildFrame(7, 2_000, 12), wildFrame(107, 700, 12)];
    const without = (frame: Frame): Frame => ({
      ...frame,
      columns: frame.columns.map(({ name, values }, at) => ({
        name,
        values: at % 5 === 1 ? values.fill(Number.NaN) : values,
      })),
    });
    const catalogue = fitCatalogue(without(history), optionsFor(wildMetrics(12)));
    const [tick, bulk] = [rowByRow(catalogue, rows), inBulk(catalogue, rows)];
    expect(catalogue.features.filter(({ of }) => of === 'm2')).toEqual([]);
    expect(tick.flatMap((column, at) => differences(column, bulk[at]))).toEqual([]);
  });

  it('do not look ahead', () => {
    const rows = wildFrame(8, 600, 5);
    const catalogue = fitCatalogue(rows, optionsFor(wildMetrics(5)));
    const later = {
      ...rows,
      columns: rows.columns.map(({ name, values }) => ({
        name,
        values: values.map((value, row) => (row < 400 ? value : 3 - value)),
      })),
    };
    const [before, after] = [inBulk(catalogue, rows), inBulk(catalogue, later)];
    before.forEach((column, at) => {
      expect(after[at]?.subarray(0, 400)).toEqual(column.subarray(0, 400));
    });
  });
});
