import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/core/command.ts';
import { UsageError } from '../../src/core/errors.ts';
import type { Incident } from '../../src/core/incident.ts';
import type { Notice, Told } from '../../src/core/notice.ts';
import type { Reply } from '../../src/core/reply.ts';
import { noRules, type Rules } from '../../src/core/routing.ts';
import { whyOf } from '../../src/incidents/why.ts';
import { aNotice, aTold } from '../contracts/store-nouns.ts';
import { someIncident } from '../incidents/some-incident.ts';
import { oneMetric } from '../small-things.ts';
import { commandBench, noon } from './list.ts';

const by = { platform: 'slack', id: 'U1', name: 'Ada' };
const hour = 3_600_000;

function run(commands: readonly Command[], path: string, input: object): Promise<Reply> {
  const command = commands.find((one) => one.path.join(' ') === path);
  if (command === undefined) throw new Error(`there is no command ${path}`);
  return command.run(input, { by, role: 'responder', show: async () => {} }, new AbortController().signal);
}

const rowsOf = (reply: Reply) => reply.blocks.flatMap((block) => (block.kind === 'table' ? block.rows : []));

describe('alerts', () => {
  const open = [
    someIncident({ openedAt: noon - hour }),
    someIncident({ id: 'i2', entity: 'web-2', severity: 'critical', openedAt: noon - 60_000 }),
  ];

  it('lists the most urgent first, with who has it and what is silenced', async () => {
    const { commands } = commandBench({ open });
    await run(commands, 'ack', { incident: 'i2' });
    await run(commands, 'silence add', { incident: 'web-1', for: '1h' });
    const reply = await run(commands, 'alerts', {});
    expect(reply.summary).toBe('2 open incidents.');
    expect(rowsOf(reply)).toEqual([
      ['i2', 'critical, Ada has it', 'anomaly on web-2 (hosts)', '1 min'],
      ['i1', 'warning, silenced', 'anomaly on web-1 (hosts)', '1 h'],
    ]);
  });

  it('counts what has no line', async () => {
    const many = Array.from({ length: 40 }, (_, at) => someIncident({ id: `i${at}`, openedAt: noon }));
    const { blocks } = await run(commandBench({ open: many }).commands, 'alerts', {});
    expect(blocks).toContainEqual({ kind: 'note', text: '… and 15 more' });
  });

  it('says that nothing is open', async () => {
    expect((await run(commandBench({ open: [] }).commands, 'alerts', {})).summary).toBe('Nothing is open.');
  });
});

describe('history', () => {
  const over = { kind: 'resolved' as const, since: noon - 60_000, by };
  const all = [
    someIncident({ openedAt: noon - hour }),
    someIncident({
      id: 'i2',
      entity: 'db-1',
      openedAt: noon - 2 * hour,
      state: over,
      label: { is: 'noise', by, at: noon },
    }),
  ];

  it('says what became of each', async () => {
    const rows = rowsOf(await run(commandBench({ open: all }).commands, 'history', {}));
    expect(rows.map(([id, , , took, ended, was]) => [id, took, ended, was])).toEqual([
      ['i1', '1 h', 'still open', ''],
      ['i2', '1 h 59 min', 'Ada', 'noise'],
    ]);
  });

  it.each([
    ['db-*', ['i2']],
    ['web-1', ['i1']],
    ['nobody', []],
  ])('of %s is %j', async (entity, ids) => {
    const reply = await run(commandBench({ open: all }).commands, 'history', { entity });
    expect(rowsOf(reply).map(([id]) => id)).toEqual(ids);
  });
});

describe('why', () => {
  const channel = { platform: 'slack', channel: 'C0PS', thread: null };
  const incident = someIncident();
  const anything = { watch: null, entity: null, kind: null, severity: null };
  const input = (change: {
    rules?: Partial<Rules>;
    told?: readonly Told[];
    owed?: readonly Notice[];
    trouble?: string;
    of?: Incident;
  }) => {
    const rules = { ...noRules, ...change.rules };
    return {
      ...{ incidents: [incident], rules, silences: [], now: noon },
      routing: { rules, watches: [oneMetric], channels: [channel] },
      ...{ told: change.told ?? [], owed: change.owed ?? [], troubleOf: () => change.trouble ?? null },
    };
  };
  const window = { name: 'backup', match: anything, time: { from: noon - 1, until: noon + hour } };
  const route = { match: anything, hours: null, to: [channel], escalate: [], repeatMs: null };

  it.each([
    ['told', { told: [aTold] }, /^told, last at 2026-01-01/],
    ['told on a card for many', { told: [{ ...aTold, digest: 'storm-1' }] }, /^told on a card for many/],
    ['told, and more is coming', { told: [aTold], owed: [aNotice] }, /on its way$/],
    [
      'owed',
      { owed: [aNotice], trouble: 'Slack asks to wait' },
      /^not told yet: it is owed since .* \(Slack asks to wait\)$/,
    ],
    [
      'held',
      { owed: [{ ...aNotice, notBefore: noon + hour }] },
      /^not told yet: it waits for the end of quiet hours at 2026-01-05 13:00:00 UTC$/,
    ],
    [
      'in a window',
      { rules: { maintenance: [window] } },
      /^not told: it is in the maintenance window "backup", until 2026-01-05 13/,
    ],
  ])('says of what is %s', (_what, change, words) => {
    expect(whyOf(incident, input(change)).accounts).toEqual([
      { audience: channel, text: expect.stringMatching(words) },
    ]);
  });

  it.each([
    ['the route', { rules: { routes: [route] } }, 'route 1 of the watches file'],
    ['the lack of one', {}, 'no route and no watch names a channel, so every channel that is configured'],
  ])('names %s', (_what, change, because) => {
    expect(whyOf(incident, input(change)).because).toBe(because);
  });

  it('is answered as a command, and refused in words of what is not there', async () => {
    const { commands } = commandBench({ open: [incident] });
    expect((await run(commands, 'why', { incident: 'i1' })).summary).toContain(
      'Who was told: Warning: anomaly on web-1',
    );
    await expect(run(commands, 'why', { incident: 'i9' })).rejects.toThrow(UsageError);
  });
});
