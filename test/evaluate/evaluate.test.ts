import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { evaluate } from '../../src/evaluate/evaluate.ts';
import { newFolder, silent, testRows, tinyMachine, write, writeMachine } from './tiny.ts';

type Line = { readonly score: number; readonly forest: number; readonly alert: number; readonly blamed: string };

const read = (dir: string, name: string): string => readFileSync(join(dir, name), 'utf8');

const scoresOf = (text: string): readonly Line[] =>
  text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [score, forest, alert, blamed = ''] = line.split(',');
      return { score: Number(score), forest: Number(forest), alert: Number(alert), blamed };
    });

const tableIn = (report: string): readonly string[] => (report.split('\n\n')[0] ?? '').split('\n');

describe('evaluating machines', () => {
  const out = newFolder();
  const told: string[] = [];
  let report = '';
  let lines: readonly Line[] = [];

  beforeAll(async () => {
    const data = newFolder();
    writeMachine(data, 'host-10', tinyMachine(2), '.gz');
    writeMachine(data, 'host-2');
    const argv = [
      '--data',
      data,
      '--seeds',
      '2',
      '--scores',
      join(out, 'scores'),
      '--json',
      join(out, 'deep/all.json'),
    ];
    report = await evaluate(argv, (line) => told.push(line));
    lines = scoresOf(read(out, 'scores/host-2.csv'));
  });

  it('prints four lines per machine, in the order of their numbers, then the mean and how far seeds lie apart', () => {
    const [head, ...rows] = tableIn(report).map((line) => line.trim().split(/ {2,}/));
    expect(head?.join('|')).toBe('VUS-PR|AUC-PR|AUC-ROC|F1|event F1|caught|false/day|delay min|hit rate|top-1');
    expect(rows.map(([name]) => name)).toEqual(
      ['host-2', 'host-10', 'mean of 2', '± over 2 seeds'].flatMap((name) => [
        name,
        'forest alone',
        'raw forest',
        'by the hour',
      ]),
    );
    expect(rows.map((row) => row.length - (/forest|hour/.test(row[0] ?? '') ? 1 : 2))).toEqual(rows.map(() => 10));
  });

  it('says below how sure the alerts of all machines and seeds were and what share of them was right', () => {
    const [, table = ''] = report.split('\n\n');
    const [head, ...rows] = table.split('\n').map((line) => line.trim().split(/ {2,}/));
    expect(head).toEqual(['confidence', 'alerts', 'stated', 'in incidents']);
    const { reliability, series } = JSON.parse(read(out, 'deep/all.json'));
    const alerts = series.flatMap(({ bySeed }: { bySeed: { fused: { alerts: number } }[] }) =>
      bySeed.map(({ fused }) => fused.alerts),
    );
    const sum = alerts.reduce((one: number, other: number) => one + other, 0);
    const counted = rows.slice(0, -2).reduce((all, [, count]) => all + Number(count), 0);
    expect(counted).toBe(sum);
    expect(rows.at(-2)?.slice(0, 2)).toEqual(['all', String(sum)]);
    expect(rows.at(-1)).toEqual(['calibration error', reliability.error.toFixed(2)]);
  });

  it('tells of every series and seed', () => {
    expect(told[0]).toBe('reading host-2, host-10');
    expect(
      told
        .slice(1)
        .map((line) => line.replace(/^\d/, 'n'))
        .toSorted(),
    ).toEqual(['host-10', 'host-2'].flatMap((name) => [1, 2].map((seed) => `n/4  ${name}, seed ${seed}`)));
  });

  it('writes a line of scores per row of the test and file', () => {
    expect(readdirSync(join(out, 'scores')).toSorted()).toEqual(['host-10.csv', 'host-2.csv']);
    expect(read(out, 'scores/host-2.csv').split('\n')[0]).toBe('score,forest,alert,blamed');
    expect(lines.length).toBe(testRows);
    for (const { score, forest } of lines) expect(Number.isFinite(score) && Number.isFinite(forest)).toBe(true);
  });

  it('has a score from the first row on, because it was warmed on the end of history', () => {
    for (const { score, forest } of lines.slice(0, 5)) {
      expect(score).toBeGreaterThan(0);
      expect(forest).toBeGreaterThan(0);
    }
  });

  it('catches what is broken and blames the metric that is', () => {
    for (const [row, metric] of [
      [105, '2'],
      [205, '1'],
    ] as const) {
      expect(lines[row]?.alert).toBe(1);
      expect(lines[row]?.blamed.split(';')[0]).toBe(metric);
    }
    expect(lines.filter(({ alert }) => alert === 1).length).toBeLessThan(80);
  });

  it('blames nobody without an alert', () => {
    for (const { alert, blamed } of lines) expect(blamed !== '').toBe(alert === 1);
  });

  it('writes every figure of every method, series and seed as JSON', () => {
    const { seeds, alertBudgetPerDay, mean, series } = JSON.parse(read(out, 'deep/all.json'));
    expect({ seeds, alertBudgetPerDay }).toEqual({ seeds: 2, alertBudgetPerDay: 1 });
    expect(series.map(({ name }: { name: string }) => name)).toEqual(['host-2', 'host-10']);
    for (const { bySeed, fused } of series) {
      expect(bySeed.length).toBe(2);
      const [one, two] = bySeed.map((verdicts: { fused: { vusPr: number } }) => verdicts.fused.vusPr);
      expect(fused.mean.vusPr).toBeCloseTo((one + two) / 2, 12);
      expect(fused.spread.vusPr).toBeCloseTo(Math.abs(one - two) / Math.SQRT2, 12);
      expect(bySeed[0].fused).toMatchObject({ events: 2, caught: 2, hitRate: 1, topBlame: 1 });
    }
    expect(mean.fused.mean.caught).toBe(1);
    const [a, b] = series.map(({ plain }: { plain: { mean: { aucPr: number } } }) => plain.mean.aucPr);
    expect(mean.plain.mean.aucPr).toBeCloseTo((a + b) / 2, 12);
  });

  it('alerts from where the score reaches the threshold to where it has left it well behind', () => {
    const { threshold } = JSON.parse(read(out, 'deep/all.json')).series[0].bySeed[0].fused;
    let lasts = false;
    for (const { score, alert } of lines) {
      lasts = score >= (lasts ? 0.7 * threshold : threshold);
      expect(alert).toBe(lasts ? 1 : 0);
    }
    expect(lines.some(({ score, alert }) => alert === 1 && score < threshold)).toBe(true);
  });
});

describe('evaluating a machine again', () => {
  const judge = async (packed: string, machine = tinyMachine()) => {
    const data = newFolder();
    const out = newFolder();
    writeMachine(data, 'host', machine, packed);
    const report = await evaluate(['--data', data, '--seeds', '1', '--scores', out, '--json', join(out, 'j')], silent);
    return { report, csv: read(out, 'host.csv'), json: read(out, 'j') };
  };

  it('gives the same to the last digit, packed or not', async () => {
    expect(await judge('.gz')).toEqual(await judge(''));
  });

  it('has no mean of one machine and no spread of one seed', async () => {
    const { report } = await judge('');
    expect(tableIn(report).length).toBe(5);
  });

  it('never lets a later row change an earlier score', async () => {
    const machine = tinyMachine();
    const later = { ...machine, test: machine.test.map((row, at) => (at < 150 ? row : row.map((value) => 1 - value))) };
    const [before, after] = [await judge('', machine), await judge('', later)];
    const first = (text: string) => text.split('\n').slice(0, 151);
    expect(first(after.csv)).toEqual(first(before.csv));
    expect(after.csv).not.toBe(before.csv);
  });

  it('counts a row of nothing but gaps as score 0 and no alert', async () => {
    const machine = tinyMachine();
    const test = machine.test.map((row, at) => (at === 105 ? row.map(() => Number.NaN) : row));
    const { csv } = await judge('', { ...machine, test });
    expect(csv.split('\n')[106]).toBe('0,0,0,');
  });

  it('has no blame to measure where nobody wrote down what was at fault', async () => {
    const { json, report } = await judge('', { ...tinyMachine(), interpretation: '' });
    expect(JSON.parse(json).series[0].fused.mean.hitRate).toBeNull();
    expect(tableIn(report)[1]).toMatch(/–\s+–$/);
  });
});

describe('evaluating one of several', () => {
  it('judges the machine that is named, at the step that is named', async () => {
    const data = newFolder();
    const out = newFolder();
    for (const name of ['a', 'b']) writeMachine(data, name);
    const falseOf = async (step: string) => {
      const json = join(out, `${step}.json`);
      const report = await evaluate(
        ['--data', data, '--machine', 'b', '--step', step, '--seeds', '1', '--json', json],
        silent,
      );
      expect(report).not.toMatch(/^a /m);
      return JSON.parse(readFileSync(json, 'utf8')).series[0].bySeed[0].fused.medianDelayMinutes;
    };
    expect(await falseOf('300')).toBe(5 * (await falseOf('60')));
  });
});

describe('evaluating NAB', () => {
  const time = (row: number): string => new Date(Date.UTC(2026, 0, 1) + row * 300_000).toISOString().slice(0, 19);
  const wave = (row: number): number =>
    50 + 5 * Math.sin(row / 20) + (row % 7) / 7 + (row >= 800 && row < 830 ? 60 : 0);

  it('learns from the first 15 %, judges every reading of the rest and labels by the windows', async () => {
    const data = newFolder();
    const out = newFolder();
    const readings = Array.from({ length: 1000 }, (_, row) => `${time(row).replace('T', ' ')},${wave(row)}`);
    const kept = readings.flatMap((line, row) => (row === 500 ? [] : row === 600 ? [line, line] : [line]));
    write(data, 'cpu.csv.gz', ['timestamp,value', ...kept].join('\n'));
    const window = [time(795), time(835)].map((text) => `${text.replace('T', ' ')}.000000`);
    write(data, 'windows.json', JSON.stringify({ 'cpu.csv': [window] }));
    const report = await evaluate(
      ['--nab', '--data', data, '--scores', out, '--json', join(out, 'j'), '--seeds', '1'],
      silent,
    );
    expect(report).toMatch(/^cpu {2,}fused/m);
    const lines = scoresOf(read(out, 'cpu.csv'));
    expect(lines.length).toBe(850);
    // The reading that is there twice has the same score twice, and behind the gap there is one too.
    expect(lines[449]).toEqual(lines[450]);
    expect(lines[350]?.score).toBeGreaterThan(0);
    expect(JSON.parse(read(out, 'j')).series[0].bySeed[0].fused).toMatchObject({ events: 1, caught: 1 });
  });
});

describe('evaluating the synthetic server', () => {
  it('measures the alerted rows of the last 30 % beside what was claimed', async () => {
    const dir = newFolder();
    const { test, train, labels } = tinyMachine();
    const rows = [...train, ...test].map((row, minute) => {
      const label = labels[minute - train.length] ?? 0;
      return [minute, Math.floor(minute / 60) % 24, 0, ...row, label].join(',');
    });
    write(dir, 'ops.csv', ['minute,hour,weekday,cpu,mem,net,label', ...rows].join('\n'));
    const out = newFolder();
    const argv = ['--synthetic', join(dir, 'ops.csv'), '--seeds', '1', '--scores', out, '--json', join(out, 'j')];
    const report = await evaluate(argv, silent);
    expect(report).toMatch(/^ +F1 +precision +recall +AUC-PR\nops +fused +0\.\d{4}/);
    expect(report).toMatch(/0\.8835/);
    const alerts = scoresOf(read(out, 'ops.csv'));
    expect(alerts.length).toBe(240);
    const held = labels.slice(60);
    const hits = alerts.filter(({ alert }, row) => alert === 1 && held[row] === 1).length;
    const alerted = alerts.filter(({ alert }) => alert === 1).length;
    expect(hits).toBeGreaterThan(0);
    const { rowF1 } = JSON.parse(read(out, 'j')).series[0].fused.mean;
    expect(rowF1).toBeCloseTo((2 * hits) / (alerted + held.filter((label) => label === 1).length), 12);
  });
});
