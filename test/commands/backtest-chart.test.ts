import { describe, expect, it } from 'vitest';
import { chartOf } from '../../src/commands/backtest-chart.ts';
import { backtestExample, noon } from '../charts/charts.ts';

const shown = { timeZone: 'Europe/Berlin', simulated: false };
const example = backtestExample();

describe('the picture of a backtest', () => {
  it('has the score with its threshold above the metrics, over the time that was judged', () => {
    const { panels, from, to, timeZone } = chartOf(example, shown);
    expect(panels.map(({ name, unit }) => [name, unit])).toEqual([
      ['score, cut at 4', ''],
      ['network', 'bytes/s'],
      ['cpu', '%'],
      ['memory', '%'],
    ]);
    expect(panels[0]?.limits).toEqual([{ value: 1, label: 'alerts from here' }]);
    expect([from, to, timeZone]).toEqual([noon - 12 * 3_600_000, noon, 'Europe/Berlin']);
  });

  it('cuts a score that would press the threshold flat and says so, and only then', () => {
    const [score] = chartOf(example, shown).panels;
    expect(Math.max(...(score?.values ?? []).map(Number))).toBe(4);
    const low = { ...example, scores: example.scores.map((value) => Math.min(value, 3)) };
    expect(chartOf(low, shown).panels[0]?.name).toBe('score');
  });

  it('leaves a gap a gap', () => {
    const gaps = example.times.map(() => Number.NaN);
    const [score] = chartOf({ ...example, scores: gaps }, shown).panels;
    expect(new Set(score?.values)).toEqual(new Set([null]));
  });

  it('tells caught, missed and false apart in words and in looks', () => {
    expect(chartOf(example, shown).spans.map(({ label, look }) => [label, look])).toEqual([
      ['level shift caught', 'filled'],
      ['leak caught', 'filled'],
      ['drop missed', 'hatched'],
      ['false alert', 'hollow'],
    ]);
  });

  it('says in words what it shows, and that it is simulated where it is', () => {
    const { alt } = chartOf(example, { ...shown, simulated: true });
    expect(alt).toMatch(/^Simulated\. 2 of 3 made-up faults caught · web-1, 01:00 to 13:00, .*Europe\/Berlin/);
    expect(alt).toContain('Marked as drop missed: 11:00 to 11:30.');
    expect(alt).toContain('Marked as false alert: 09:36 to 09:42.');
    expect(alt).toContain('alerts from here (1) crossed at 02:34');
    expect(alt.length).toBeLessThanOrEqual(1_000);
    expect(chartOf(example, shown).alt).not.toContain('Simulated');
  });
});
