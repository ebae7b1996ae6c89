import { describe, expect, it } from 'vitest';
import { createConverse } from '../../src/converse.ts';
import type { Command } from '../../src/core/command.ts';
import { silentLog } from '../../src/core/log.ts';
import { noStanding, type Role } from '../../src/core/person.ts';
import type { Reply } from '../../src/core/reply.ts';
import { storageIsDown } from '../memory-blobs.ts';
import { byteModel, modelHouse, type TrainStep, trainedAs } from '../model-house.ts';
import { oneMetric, quietRecord, quietTelemetry } from '../small-things.ts';
import { commandBench } from './list.ts';

const signal = AbortSignal.timeout(60_000);
const disks = { ...oneMetric, name: 'disks' };

/** A conversation about the models of some watches, of which so many trainings of hosts are over. */
async function house(
  trainings: number,
  { steps = [], watches = [oneMetric] }: { steps?: TrainStep[]; watches?: (typeof oneMetric)[] } = {},
) {
  const done = Array.from({ length: trainings }, (_, index) => trainedAs(index + 1));
  const models = modelHouse([...done, ...steps], watches);
  for (let count = 0; count < trainings; count += 1) {
    const start = models.control.train('hosts', signal);
    if (start.kind === 'begun') await start.ending;
  }
  const { commands } = commandBench({}, { models: models.control, watches });
  const converse = (role: Role) =>
    createConverse({
      commands,
      roleOf: () => role,
      record: quietRecord,
      telemetry: quietTelemetry,
      now: () => 0,
      log: silentLog,
    });
  return {
    ...models,
    commands,
    /** What is shown, one after another, to somebody who types a line. */
    async say(text: string, role: Role = 'admin'): Promise<readonly string[]> {
      const shown: Reply[] = [];
      const person = { platform: 'slack', id: 'U1', name: 'Ada' };
      const at = { platform: 'slack', channel: 'C1', thread: null };
      const event = {
        id: text,
        person,
        standing: noStanding,
        at,
        via: 'slash',
        request: { kind: 'line', text },
      } as const;
      await converse(role).handle(event, async (reply) => void shown.push(reply), signal);
      return shown.map((reply) => JSON.stringify(reply));
    },
  };
}

const commandOf = (commands: readonly Command[], name: string): Command | undefined =>
  commands.find(({ path }) => path.join(' ') === name);

describe('who may steer models', () => {
  it.each([
    ['model show', 'viewer', true],
    ['model history', 'viewer', false],
    ['model history', 'responder', false],
    ['model history', 'admin', true],
    ['model train', 'viewer', false],
    ['model train', 'responder', false],
    ['model train', 'admin', true],
    ['model rollback', 'viewer', false],
    ['model rollback', 'responder', false],
    ['model rollback', 'admin', true],
  ] as const)('%s by a %s: %s', async (line, role, allowed) => {
    const { say, trained, control } = await house(2, { steps: [trainedAs(3)] });
    const [last = ''] = (await say(line, role)).slice(-1);
    expect(last.includes('Whoever runs this bot can add you: ADMINS=slack:U1')).toBe(!allowed);
    if (allowed) return;
    expect(trained).toHaveLength(2);
    expect(control.inUse('hosts')).toMatchObject({ info: { version: 'v2' } });
  });
});

describe('which watch is meant', () => {
  it.each(['show', 'history', 'train', 'rollback'])(
    'model %s answers an unknown name with the nearest one',
    async (verb) => {
      const { say } = await house(2, { watches: [oneMetric, disks] });
      expect((await say(`model ${verb} hots`)).join()).toContain(
        '\\"hots\\" is not a watch. Did you mean \\"hosts\\"?',
      );
    },
  );

  it.each(['history', 'train', 'rollback'])('model %s asks which one when there are several', async (verb) => {
    const { say } = await house(2, { watches: [oneMetric, disks] });
    expect((await say(`model ${verb}`)).join()).toContain('There are 2 watches; say which: hosts, disks.');
  });

  it('model show without a name shows all of them', async () => {
    const { say } = await house(1, { watches: [oneMetric, disks] });
    const [shown] = await say('model show');
    expect(shown).toContain('hosts uses the model v1 · disks has no model');
    expect(shown).toContain('It has not been trained yet.');
  });

  it('names are completed while they are typed, and versions that may be rolled back to', async () => {
    const { commands } = await house(3, { watches: [oneMetric, disks] });
    for (const verb of ['show', 'history', 'train', 'rollback'])
      expect(await commandOf(commands, `model ${verb}`)?.complete('watch', 's', signal)).toEqual(['hosts', 'disks']);
    const rollback = commandOf(commands, 'model rollback');
    expect(await rollback?.complete('watch', 'DI', signal)).toEqual(['disks']);
    expect(await rollback?.complete('version', '', signal)).toEqual(['v2', 'v1']);
    expect(await rollback?.complete('version', 'v1', signal)).toEqual(['v1']);
  });
});

describe('model show', () => {
  it('says what the model in use was made of', async () => {
    const { say } = await house(1);
    const [shown] = await say('model show', 'viewer');
    for (const fact of ['v1', '1 h, from 1970-01-01 00:00:00 UTC to 1970-01-01 01:00:00 UTC', '101', 'cpu'])
      expect(shown).toContain(fact);
    expect(shown).toContain('threshold 3');
    expect(shown).toContain('alerts per day 0.5');
    expect(shown).toContain('value, version 1.2.3, seed 1');
  });

  it('says of how many entities the numbers are when there are several', async () => {
    const { say, registry, control } = await house(0);
    await registry.save(byteModel(1, { entities: 6 }), signal);
    await control.load(oneMetric, signal);
    const [shown] = await say('model show');
    expect(shown).toContain('up to 101 of each of 6 entities');
    expect(shown).toContain('medians over the entities');
  });

  it('says when it is not the current one, and why', async () => {
    const { say, registry, control } = await house(1);
    await registry.save(byteModel(2, {}, []), signal);
    await control.load(oneMetric, signal);
    expect((await say('model show'))[0]).toMatch(/uses the model v1.*It is the last good one: .*v2.model.*damaged/);
  });

  it('answers while storage is down', async () => {
    const { say, blobs } = await house(1);
    blobs.failWith = storageIsDown;
    expect((await say('model show'))[0]).toContain('hosts uses the model v1');
  });
});

describe('model history', () => {
  it('lists the versions, newest first, and marks the current one', async () => {
    const { say, control } = await house(3);
    await control.rollBack('hosts', null, signal);
    const [shown = ''] = await say('model history hosts');
    expect(shown).toContain('hosts has 3 stored models.');
    const places = ['"v3"', '"v2 (current)"', '"v1"'].map((version) => shown.indexOf(version));
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it('says when there is none, and when storage is down', async () => {
    const { say, blobs } = await house(0);
    expect((await say('model history'))[0]).toContain('hosts has no stored model.');
    blobs.failWith = storageIsDown;
    expect((await say('model history'))[0]).toContain('I could not answer: could not read: no answer within 30000 ms');
  });
});

describe('model train', () => {
  it('says at once that it works, and then in the same place what came of it', async () => {
    const { say, at } = await house(0, {
      steps: [
        async () => {
          at(4_000);
          return trainedAs(1);
        },
      ],
    });
    const [first, last, ...more] = await say('model train hosts');
    expect(first).toContain('Training the model of hosts');
    expect(last).toContain('The model of hosts was trained in 4 s and is in use: v1');
    for (const fact of ['101', 'alerts per day 0.5']) expect(last).toContain(fact);
    expect(more).toEqual([]);
  });

  it.each([
    ['fails', new Error('Prometheus is down'), 'failed: Prometheus is down. The model v1 stays in use.'],
    ['has too little history', { kind: 'too little history', rows: 7, needed: 60 } as const, '7 of 60 rows of history'],
  ])('says why when it %s, and that the model that was there stays', async (_, step, says) => {
    const { say } = await house(1, { steps: [step] });
    const [, last] = await say('model train');
    expect(last).toContain('The model of hosts was not trained');
    expect(last).toContain(says);
    expect(last).toContain('The model v1 stays in use.');
  });

  it('refuses a second one at the same time, without a word that it works', async () => {
    const going = Promise.withResolvers<ReturnType<typeof trainedAs>>();
    const { say } = await house(0, { steps: [() => going.promise] });
    const first = say('model train');
    const second = await say('model train');
    expect(second).toEqual([expect.stringContaining('hosts is being trained already, since 1970-01-01 00:00:00 UTC')]);
    going.resolve(trainedAs(1));
    expect((await first).at(-1)).toContain('is in use: v1');
  });

  it('may take longer than an answer', async () => {
    const { commands } = await house(0);
    const minutes = (name: string): number => (commandOf(commands, name)?.deadlineMs ?? 0) / 60_000;
    expect(minutes('model train')).toBeGreaterThan(10);
    expect(minutes('model show')).toBe(1);
  });
});

describe('model rollback', () => {
  it('takes the version before into use, at once', async () => {
    const { say, installed, control } = await house(3);
    expect((await say('model rollback'))[0]).toContain('hosts is back on the model v2.');
    expect(installed.at(-1)).toBe('v2 of 1');
    expect(control.inUse('hosts')).toMatchObject({ info: { version: 'v2' }, trouble: null });
  });

  it('takes a version that is named', async () => {
    const { say } = await house(3);
    expect((await say('model rollback hosts v1'))[0]).toContain('hosts is back on the model v1.');
    expect((await say('model rollback --version v3'))[0]).toContain('hosts is back on the model v3.');
  });

  it('names the versions that there are for one that there is not', async () => {
    const { say } = await house(2);
    expect((await say('model rollback hosts v7'))[0]).toContain(
      'There is no version \\"v7\\" of hosts. There are: v2, v1.',
    );
  });

  it('says what it passed over', async () => {
    const { say, registry } = await house(1);
    await registry.save(byteModel(2, {}, []), signal);
    await registry.save(byteModel(3), signal);
    const [shown] = await say('model rollback');
    expect(shown).toContain('hosts is back on the model v1.');
    expect(shown).toMatch(/Passed over: .*v2.model can not be used: the model is damaged\./);
  });
});
