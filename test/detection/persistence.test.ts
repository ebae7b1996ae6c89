import { describe, expect, it } from 'vitest';
import { createPersistence } from '../../src/detection/persistence.ts';

const stepMs = 30_000;

describe('what stays', () => {
  it('counts for what it is when it comes', () => {
    const persistence = createPersistence(stepMs);
    for (let row = 0; row < 100; row += 1) persistence.push(0.3);
    expect(persistence.push(7)).toBe(7);
  });

  it('lifts rows in its wake when it was weak and went on for long, and never over what it was', () => {
    const persistence = createPersistence(stepMs);
    for (let row = 0; row < 300; row += 1) persistence.push(3);
    const wake = persistence.push(0);
    expect(wake).toBeGreaterThan(2.5);
    expect(wake).toBeLessThan(3);
  });

  it('leaves no more behind than a weak sign would, however strong it was', () => {
    const [strong, weak] = [createPersistence(stepMs), createPersistence(stepMs)];
    for (let row = 0; row < 300; row += 1) {
      strong.push(40);
      weak.push(4);
    }
    expect(strong.push(0)).toBe(weak.push(0));
  });

  it('is forgotten after an hour and a half', () => {
    const persistence = createPersistence(stepMs);
    for (let row = 0; row < 300; row += 1) persistence.push(4);
    for (let row = 0; row < 180; row += 1) persistence.push(0);
    expect(persistence.push(0)).toBeLessThan(0.05);
  });

  it('gathers over minutes, but over five rows at the least', () => {
    const slow = createPersistence(600_000);
    expect(slow.push(4)).toBe(4);
    expect(slow.push(0)).toBeCloseTo((4 * 2) / 6 - (4 * 2 * 2) / 36, 9);
  });
});
