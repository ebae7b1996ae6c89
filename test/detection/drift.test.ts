import { expect, it } from 'vitest';
import { createDrift, driftSpansMs } from '../../src/detection/drift.ts';

const stepMs = 60_000;
const push = (drift: ReturnType<typeof createDrift>, value: number, rows: number): void => {
  for (let row = 0; row < rows; row += 1) drift.push(Float64Array.of(value, 7));
};

it('nothing drifts while nothing moves, from the first row on', () => {
  const drift = createDrift(2, stepMs);
  push(drift, 3, 1);
  expect([...drift.moved]).toEqual([0, 0, 0, 0]);
  push(drift, 3, 50);
  expect(drift.moved.every((moved) => Math.abs(moved) < 1e-9)).toBe(true);
});

it('a metric that moves has drifted, further from the longer past, and the other has not', () => {
  const drift = createDrift(2, stepMs);
  push(drift, 3, 400);
  push(drift, 5, 30);
  const [short = 0, other = 1, long = 0, otherLong = 1] = drift.moved;
  expect(short).toBeGreaterThan(0.5);
  expect(long).toBeGreaterThan(short);
  expect(long).toBeLessThan(2);
  for (const still of [other, otherLong]) expect(Math.abs(still)).toBeLessThan(1e-9);
});

it('has arrived after a few of its spans', () => {
  const drift = createDrift(2, stepMs);
  push(drift, 3, 100);
  push(drift, 5, (4 * Math.max(...driftSpansMs)) / stepMs);
  expect(drift.moved.every((moved) => Math.abs(moved) < 0.01)).toBe(true);
});

it('a gap moves nothing', () => {
  const drift = createDrift(2, stepMs);
  push(drift, 3, 20);
  push(drift, 9, 3);
  const before = [...drift.moved];
  push(drift, Number.NaN, 10);
  expect(drift.moved[0]).toBe(before[0]);
});
