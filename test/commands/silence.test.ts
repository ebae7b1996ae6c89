import { describe, expect, it } from 'vitest';
import { untilOf } from '../../src/commands/silence-words.ts';
import type { Command } from '../../src/core/command.ts';
import { UsageError } from '../../src/core/errors.ts';
import type { Reply } from '../../src/core/reply.ts';
import type { EntitySituation, WatchSituation } from '../../src/core/situation.ts';
import { anIncident } from '../contracts/store-nouns.ts';
import { commandBench, noon } from './list.ts';

const by = { platform: 'slack', id: 'U1', name: 'Ada' };
const signal = new AbortController().signal;

function run(commands: readonly Command[], path: string, input: object): Promise<Reply> {
  const command = commands.find((one) => one.path.join(' ') === path);
  if (command === undefined) throw new Error(`there is no command ${path}`);
  return command.run(input, { by, role: 'responder', show: async () => {} }, signal);
}

describe('how long a silence lasts', () => {
  it.each([
    ['1h', 'UTC', '2026-01-05T13:00:00.000Z'],
    ['1d12h', 'UTC', '2026-01-07T00:00:00.000Z'],
    ['morning', 'UTC', '2026-01-06T08:00:00.000Z'],
    ['till morning', 'Europe/Berlin', '2026-01-06T07:00:00.000Z'],
    ['morning', 'Asia/Kolkata', '2026-01-06T02:30:00.000Z'],
  ])('%s in %s', (text, timeZone, until) => {
    expect(new Date(untilOf(text, noon, timeZone)).toISOString()).toBe(until);
  });

  it('is right on the night when the clocks change', () => {
    const evening = Date.UTC(2026, 2, 28, 21);
    expect(new Date(untilOf('morning', evening, 'Europe/Berlin')).toISOString()).toBe('2026-03-29T06:00:00.000Z');
  });

  it.each(['', 'soon', '5s', '31d', '-1h', '1h; drop'])('"%s" is refused in words', (text) => {
    expect(() => untilOf(text, noon, 'UTC')).toThrow(UsageError);
  });
});

describe('silences by command', () => {
  it('are added, listed and ended, and say so under the card', async () => {
    const { commands } = commandBench({ open: [{ ...anIncident, openedAt: noon - 60_000 }] });
    const added = await run(commands, 'silence add', { incident: 'i1', for: '1h', reason: 'disk swap' });
    expect(added.summary).toContain('Nobody is told of web-1 of hosts until 2026-01-05 13:00:00 UTC.');
    const listed = await run(commands, 'silence list', {});
    expect(listed.summary).toBe('1 silence on.');
    expect(JSON.stringify(listed.blocks)).toContain('disk swap');
    expect(JSON.stringify((await run(commands, 'explain', { incident: 'i1' })).blocks)).toContain(
      'Ada silenced it until 2026-01-05 13:00:00 UTC: disk swap',
    );
    const { silence } = added.data as { silence: { id: string } };
    expect((await run(commands, 'silence end', { silence: silence.id })).summary).toBe(
      'The silence of web-1 of hosts has ended.',
    );
    expect((await run(commands, 'silence end', { silence: silence.id })).summary).toContain('There is no silence');
    expect((await run(commands, 'silence list', {})).summary).toBe('Nothing is silenced.');
  });

  it('of more than a day want a reason, and a watch that there is', async () => {
    const { commands } = commandBench();
    await expect(run(commands, 'silence add', { incident: 'web-*', for: '2d' })).rejects.toThrow('say why');
    await expect(run(commands, 'silence add', { incident: 'web-*', for: '1h', watch: 'nothing' })).rejects.toThrow(
      'There is no watch "nothing"',
    );
  });

  const here = (entity: string): EntitySituation => ({ entity, state: 'normal', at: noon, score: 0, readings: [] });
  const watched: WatchSituation = {
    ...{ watch: 'hosts', model: { kind: 'none', because: 'it is new' }, at: noon, unread: null },
    entities: [here('web-1'), here('web-2')],
  };
  const bench = () => commandBench({ watches: [watched], open: [{ ...anIncident, entity: 'router-1' }] }).commands;

  it.each(['web-1', 'web-*', 'router-1', 'i1', '*'])('of %s are of something that is there', async (incident) => {
    expect((await run(bench(), 'silence add', { incident, for: '1h' })).summary).not.toContain('is it written');
  });

  it.each(['wbe-1', 'db-*'])('of %s are made, and the name is doubted', async (incident) => {
    const { summary } = await run(bench(), 'silence add', { incident, for: '1h' });
    expect(summary).toContain(`Nobody is told of ${incident}`);
    expect(summary).toContain('Nothing that is watched now has that name');
  });

  it('suggest what is open and what is watched', async () => {
    const add = bench().find(({ path }) => path.join(' ') === 'silence add');
    expect(await add?.complete('incident', '', signal)).toEqual(['i1', 'web-1', 'web-2']);
    expect(await add?.complete('incident', 'web-2', signal)).toEqual(['web-2']);
  });
});
