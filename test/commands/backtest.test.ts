import { describe, expect, it } from 'vitest';
import { createPaced } from '../../src/commands/paced.ts';
import { createConverse } from '../../src/converse.ts';
import type { BacktestControl, BacktestEnding, BacktestReport, BacktestRequest } from '../../src/core/backtest.ts';
import { silentLog } from '../../src/core/log.ts';
import { noStanding, type Role } from '../../src/core/person.ts';
import { type Reply, say } from '../../src/core/reply.ts';
import { oneMetric, quietRecord, quietTelemetry } from '../small-things.ts';
import { commandBench, noon } from './list.ts';

const hourMs = 3_600_000;
const signal = AbortSignal.timeout(60_000);

const report: BacktestReport = {
  ...{ watch: 'hosts', from: noon - 168 * hourMs, to: noon, stepMs: 30_000, folds: 4, seed: 7, leftOut: 3 },
  ...{ entities: ['web-1', 'web-2'], judgedRows: 20_160, alertBudgetPerDay: 1, falseAlerts: 5, falsePerDay: 0.714 },
  ...{ known: 2, knownCaught: 1, faultEveryMs: 4 * hourMs, injected: 41, caught: 30 },
  ...{ precision: 0.857, medianDelayMs: 90_000, example: null },
  kinds: [
    { kind: 'spike', size: 6, lastsMs: 300_000, injected: 21, caught: 20, medianDelayMs: 30_000, precision: 0.95 },
    { kind: 'leak', size: 6, lastsMs: 7_200_000, injected: 20, caught: 0, medianDelayMs: Number.NaN, precision: 0 },
    { kind: 'flat line', size: null, lastsMs: 3_600_000, injected: 1, caught: 1, medianDelayMs: 0, precision: 1 },
    {
      kind: 'drop',
      size: 4,
      lastsMs: 1_800_000,
      injected: 0,
      caught: 0,
      medianDelayMs: Number.NaN,
      precision: Number.NaN,
    },
  ],
};

/** What is shown to somebody who types a line, one after the other, and what was asked for. */
async function type(line: string, ending: BacktestEnding | Error = { kind: 'done', report }, role: Role = 'viewer') {
  const asked: BacktestRequest[] = [];
  const backtests: BacktestControl = {
    run: async (request, _by, onProgress) => {
      asked.push(request);
      onProgress({ part: 0.42, doing: 'web-1, fold 2 of 4' });
      if (ending instanceof Error) throw ending;
      return ending;
    },
    cancel: ({ name }) => ({
      watch: `hosts (asked by ${name}, ${role})`,
      by: { platform: 'test', id: 'u', name: 'Ada' },
    }),
  };
  const { commands } = commandBench({}, { watches: [oneMetric], backtests });
  const conversation = createConverse({
    ...{
      commands,
      roleOf: () => role,
      record: quietRecord,
      telemetry: quietTelemetry,
      now: () => noon,
      log: silentLog,
    },
  });
  const shown: Reply[] = [];
  const person = { platform: 'test', id: 'v', name: 'Bob' };
  const at = { platform: 'test', channel: 'c', thread: null };
  const show = async (reply: Reply) => void shown.push(reply);
  await conversation.handle(
    { id: line, person, standing: noStanding, at, via: 'slash', request: { kind: 'line', text: line } },
    show,
    signal,
  );
  const texts = shown.map((reply) => JSON.stringify(reply.blocks));
  return { asked, shown, texts, last: texts.at(-1) ?? '' };
}

describe('"backtest"', () => {
  it.each([
    ['backtest', { watch: 'hosts', days: 7 }],
    ['backtest 3', { watch: 'hosts', days: 3 }],
    ['backtest hosts 14d', { watch: 'hosts', days: 14 }],
    ['backtest --days 2 --watch hosts', { watch: 'hosts', days: 2 }],
  ])('as "%s" measures what was asked for', async (line, request) => {
    expect((await type(line)).asked).toEqual([request]);
  });

  it.each([
    ['backtest 0', 'between 1 and 30'],
    ['backtest 31', 'between 1 and 30'],
    ['backtest hoss', 'Did you mean \\"hosts\\"'],
    ['backtest cancel 3', 'takes nothing else'],
  ])('as "%s" is refused in words', async (line, because) => {
    const { asked, last } = await type(line);
    expect(asked).toEqual([]);
    expect(last).toContain(because);
  });

  it('shows how far it is, and then what came of it', async () => {
    const { shown, texts } = await type('backtest');
    expect(shown.map((reply) => reply.summary)).toEqual([
      'Backtest of hosts: 42 %',
      'Backtest of hosts: 30 of 41 injected faults caught, 0.714 false alerts per entity and day',
    ]);
    expect(texts[0]).toContain('████████░░░░░░░░░░░░ 42 %');
    expect(texts[0]).toContain('web-1, fold 2 of 4');
  });

  it('says by kind what was caught, and how it was measured', async () => {
    const { shown, last } = await type('backtest');
    expect(shown.at(-1)?.blocks.find((block) => block.kind === 'table')).toEqual({
      kind: 'table',
      columns: ['fault', 'size', 'lasts', 'caught', 'delay', 'precision'],
      rows: [
        ['spike', '6 ×', '5 min', '20 of 21', '30 s', '95 %'],
        ['leak', '6 ×', '2 h', '0 of 20', '–', '0 %'],
        ['flat line', 'sticks', '1 h', '1 of 1', 'at once', '100 %'],
        ['drop', '4 ×', '30 min', 'does not apply', '–', '–'],
      ],
    });
    for (const words of [
      '5 in 7 entity-days without faults: 0.714 per entity and day (accepted: 1)',
      '86 % of the alerts, with a fault every 4 h',
      '1 of 2 announced again',
      'from 2025-12-29 12:00:00 UTC to 2026-01-05 12:00:00 UTC: 4 folds',
      '20160 rows of 30 s; 2 entities (web-1, web-2); 3 more were left out',
      'seed 7',
      'Simulated cluster.',
    ])
      expect(last).toContain(words);
  });

  it('with too little history says how much there is and how much is needed', async () => {
    const short: BacktestEnding = { kind: 'too little history', knownMs: 5 * hourMs, neededMs: 24 * hourMs };
    expect((await type('backtest 3', short)).last).toContain(
      'In the last 3 d hosts has 5 h of history; a backtest needs 1 d, half to learn from and half to judge.',
    );
    expect((await type('backtest 1', { ...short, knownMs: 0, neededMs: 50 * hourMs })).last).toContain(
      'hosts has no history; a backtest needs 2 d 2 h, half to learn from and half to judge. Ask for 3 days or more.',
    );
  });

  it('that was cancelled says by whom, and that nothing was measured', async () => {
    const by = { platform: 'test', id: 'v', name: 'Bob' };
    expect((await type('backtest', { kind: 'cancelled', by, part: 0.4 })).last).toContain(
      'The backtest of hosts was cancelled by Bob at 40 %. Nothing was measured.',
    );
    expect((await type('backtest cancel')).last).toContain(
      'The backtest of hosts (asked by Bob, viewer) that Ada began',
    );
  });

  it('in a mention begins with one word, and asks the model when it is a question', async () => {
    const { commands } = commandBench({}, { watches: [oneMetric] });
    const said: string[] = [];
    const conversation = createConverse({
      ...{
        commands,
        roleOf: () => 'viewer' as const,
        record: quietRecord,
        telemetry: quietTelemetry,
        now: () => noon,
        log: silentLog,
      },
    });
    const person = { platform: 'test', id: 'v', name: 'Bob' };
    const at = { platform: 'test', channel: 'c', thread: null };
    for (const text of ['backtest 3', 'how good was the last backtest?'])
      await conversation.handle(
        { id: text, person, standing: noStanding, at, via: 'mention', request: { kind: 'mention', text } },
        async ({ summary }) => void said.push(summary),
        signal,
      );
    expect(said[0]).toContain('hosts has no history');
    expect(said[1]).toBe('You asked: how good was the last backtest?');
  });
});

describe('progress', () => {
  it('is shown at most every three seconds, never twice at a time, and not after the end', async () => {
    let clock = 0;
    const shown: string[] = [];
    let gate = Promise.withResolvers<void>();
    const paced = createPaced(
      async ({ summary }) => {
        shown.push(summary);
        await gate.promise;
      },
      () => clock,
    );
    const offer = (text: string) => paced.offer(() => say(text));
    offer('one');
    clock = 3_500;
    offer('while one is on its way');
    gate.resolve();
    await gate.promise;
    await Promise.resolve().then(() => new Promise(setImmediate));
    offer('two');
    clock = 5_000;
    offer('too soon');
    gate = Promise.withResolvers<void>();
    clock = 7_000;
    await new Promise(setImmediate);
    offer('three');
    let isOver = false;
    const end = paced.end().then(() => {
      isOver = true;
    });
    await new Promise(setImmediate);
    expect(isOver).toBe(false);
    gate.resolve();
    await end;
    clock = 20_000;
    offer('after the end');
    expect(shown).toEqual(['one', 'two', 'three']);
  });

  it('that can not be shown keeps nobody from the end', async () => {
    const paced = createPaced(
      async () => {
        throw new Error('slack refuses');
      },
      () => 0,
    );
    paced.offer(() => say('one'));
    await expect(paced.end()).resolves.toBeUndefined();
  });
});
