import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/detection/isolation-forest.ts';
import { createRandom, gaussian } from '../../src/detection/random.ts';
import { createRestMeter, farthest, fitSubspace } from '../../src/detection/subspace.ts';

const width = 4;
const rowCount = 2_000;

/** Four metrics that follow one load, each with a little stir of its own. */
function company(seed: number): Matrix {
  const random = createRandom(seed);
  const values = new Float32Array(rowCount * width);
  for (let row = 0; row < rowCount; row += 1) {
    const load = gaussian(random);
    for (let at = 0; at < width; at += 1) values[row * width + at] = (at + 1) * load + 5 + 0.2 * gaussian(random);
  }
  return { width, values };
}

const every = Uint32Array.from({ length: rowCount }, (_, row) => row);
const options = { floors: new Float32Array(width).fill(0.01), lowest: new Float32Array(width).fill(-farthest) };
const subspace = fitSubspace(company(1), every, options);

describe('the subspace of normal rows', () => {
  it('has orthonormal axes, and no more than explain nine tenths of the variance', () => {
    const axes = Array.from({ length: subspace.axes.length / width }, (_, axis) =>
      subspace.axes.subarray(axis * width, (axis + 1) * width),
    );
    expect(axes).toHaveLength(1);
    for (const axis of axes) expect(axis.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 5);
  });

  it('leaves little over of a row that keeps the usual company, however far it goes', () => {
    const meter = createRestMeter(subspace);
    meter.measure([5 + 2, 5 + 4, 5 + 6, 5 + 8], 0);
    expect(meter.mean()).toBeLessThan(1);
  });

  it('leaves much over of a row that breaks it, while every metric stays in its range', () => {
    const meter = createRestMeter(subspace);
    meter.measure([5 + 1, 5 + 2, 5 + 3, 5 - 4], 0);
    expect(meter.mean()).toBeGreaterThan(5);
    expect(meter.rest.map(Math.abs).indexOf(Math.max(...meter.rest.map(Math.abs)))).toBe(3);
  });

  it('leaves as much over of rows to come as of the rows it was learnt from', () => {
    const meter = createRestMeter(subspace);
    const meanOf = ({ values }: Matrix): number => {
      let sum = 0;
      for (let row = 0; row < rowCount; row += 1) {
        meter.measure(values, row * width);
        sum += meter.mean();
      }
      return sum / rowCount;
    };
    expect(meanOf(company(2)) / meanOf(company(1))).toBeCloseTo(1, 1);
  });

  it('does not take a moment for lower than it may count as', () => {
    const calm = fitSubspace(company(1), every, { ...options, lowest: new Float32Array(width).fill(-1) });
    const meter = createRestMeter(calm);
    meter.measure([-50, -50, -50, -50], 0);
    expect(Math.max(...meter.rest.map(Math.abs))).toBeLessThanOrEqual(1);
  });

  it('believes in no axis that a handful of rows would have to hold up', () => {
    const few = fitSubspace(company(1), every.subarray(0, 9), options);
    expect(few.axes.length / width).toBe(1);
  });
});
