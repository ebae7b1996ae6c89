import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UpstreamError } from '../../src/core/errors.ts';
import type { Incident } from '../../src/core/incident.ts';
import type { Log } from '../../src/core/log.ts';
import type { Notice, Told } from '../../src/core/notice.ts';
import { say } from '../../src/core/reply.ts';
import type { Store } from '../../src/core/store.ts';
import { auditContract } from './store-audit.ts';
import { aNotice, anIncident, aTold } from './store-nouns.ts';

/** A database under test. What `open` gives shares the data of what was opened before. */
export type StoreHarness = {
  open(log: Log): Promise<Store>;
  /** Runs SQL behind the store's back. */
  run(sql: string): Promise<void>;
};

const resolved: Incident = { ...anIncident, state: { kind: 'resolved', since: 1_767_225_700_000, by: 'recovered' } };
const nothing = { incidents: [], owed: [], dropped: [] };

const hostileTexts = [
  ['quotes and SQL', `'; drop table incidents; -- " \\`],
  ['markup of platforms', '<!channel> <@U1> @everyone [x](javascript:1) %s $1'],
  ['every plane of Unicode', 'Ünïcødé 日本 🧨👩‍🚀 \u202eback\u202c e\u0301'],
  ['NUL and control characters', 'a\u0000b\u0001\u001b[31m\r\n\t\u2028'],
  ['half a surrogate pair', 'a\ud800b'],
  ['a million characters', 'x'.repeat(1_000_000)],
] as const;

/** What every database behind the store has to do. */
export function storeContract(harness: () => StoreHarness): void {
  let store: Store;
  const complaints: string[] = [];
  const log: Log = { debug() {}, info() {}, warn() {}, error: (message) => void complaints.push(message) };

  beforeEach(async () => {
    complaints.length = 0;
    store = await harness().open(log);
    for (const table of ['told', 'owed', 'incidents', 'settings', 'deliveries', 'console_messages'])
      await harness().run(`delete from ${table}`);
  });
  afterEach(() => store.close());

  describe('incidents', () => {
    it('an empty store remembers nothing', async () => {
      expect(await store.incidents.remember()).toEqual({ open: [], told: [], owed: [] });
      expect(await store.incidents.recent(10)).toEqual([]);
    });

    it('what was committed is there, also for the next who opens', async () => {
      await store.incidents.commit({ incidents: [anIncident], owed: [aNotice], dropped: [] });
      const expected = { open: [anIncident], told: [], owed: [aNotice] };
      expect(await store.incidents.remember()).toEqual(expected);
      const other = await harness().open(log);
      expect(await other.incidents.remember()).toEqual(expected);
      await other.close();
    });

    it.each(hostileTexts)('%s come back as they went in', async (_, text) => {
      const incident = { ...anIncident, entity: text, because: [{ metric: text, expected: 1, seen: 2, share: 1 }] };
      await store.incidents.commit({ ...nothing, incidents: [incident] });
      expect((await store.incidents.remember()).open).toEqual([incident]);
      expect(complaints).toEqual([]);
    });

    it('gaps, infinities and every digit of a number come back as they went in', async () => {
      const because = [
        { metric: 'gap', expected: Number.NaN, seen: 0.1 + 0.2, share: 5e-324 },
        { metric: 'flood', expected: Number.NEGATIVE_INFINITY, seen: Number.POSITIVE_INFINITY, share: 1 },
      ];
      const incident = { ...anIncident, peakScore: Number.POSITIVE_INFINITY, because };
      await store.incidents.commit({ ...nothing, incidents: [incident] });
      expect((await store.incidents.remember()).open).toEqual([incident]);
    });

    it('an incident committed again is the same one, changed', async () => {
      const acknowledged: Incident = {
        ...anIncident,
        revision: 2,
        state: {
          kind: 'acknowledged',
          since: 1_767_225_650_000,
          by: { platform: 'slack', id: 'U1', name: 'Ann' },
          endsAt: null,
        },
      };
      await store.incidents.commit({ ...nothing, incidents: [anIncident] });
      await store.incidents.commit({ ...nothing, incidents: [acknowledged] });
      expect((await store.incidents.remember()).open).toEqual([acknowledged]);
    });

    it('a resolved incident is remembered while somebody is owed a word of it, and only then', async () => {
      const last: Notice = { ...aNotice, revision: 2, kind: 'resolved' };
      await store.incidents.commit({ incidents: [{ ...resolved, revision: 2 }], owed: [last], dropped: [] });
      expect((await store.incidents.remember()).open.map(({ id }) => id)).toEqual(['i1']);
      await store.incidents.told([{ key: aNotice.key, told: { ...aTold, revision: 2, kind: 'resolved' } }]);
      expect(await store.incidents.remember()).toEqual({ open: [], told: [], owed: [] });
      expect((await store.incidents.recent(10)).map(({ id }) => id)).toEqual(['i1']);
    });

    it('a commit that fails half-way leaves nothing behind', async () => {
      const ofNobody = { ...aNotice, key: 'i9@slack@C0PS', incident: 'i9' };
      await store.incidents.commit({ ...nothing, incidents: [anIncident], owed: [aNotice] });
      const changed = { ...anIncident, revision: 2 };
      const half = { incidents: [changed, { ...anIncident, id: 'i2' }], owed: [ofNobody], dropped: [aNotice.key] };
      await expect(store.incidents.commit(half)).rejects.toThrow(UpstreamError);
      expect(await store.incidents.remember()).toEqual({ open: [anIncident], told: [], owed: [aNotice] });
    });

    it('a failure says which database could not do what', async () => {
      const error = await store.incidents.commit({ ...nothing, owed: [aNotice] }).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ service: 'database', retryable: false });
      expect(String(error)).toContain(`${store.name} could not commit incidents and what is owed`);
    });

    it('a thousand incidents fit in one commit', async () => {
      const incidents = Array.from({ length: 1_000 }, (_, index) => ({ ...anIncident, id: `i${index}` }));
      await store.incidents.commit({ ...nothing, incidents });
      expect((await store.incidents.remember()).open).toHaveLength(1_000);
    });

    it('commits at the same time all arrive, and a reader never sees half of one', async () => {
      const ids = Array.from({ length: 20 }, (_, index) => `i${index}`);
      const commits = ids.map((id) =>
        store.incidents.commit({
          incidents: [{ ...anIncident, id }],
          owed: [{ ...aNotice, incident: id, key: `${id}@slack` }],
          dropped: [],
        }),
      );
      const views = ids.map(() => store.incidents.remember());
      await Promise.all(commits);
      for (const view of [...(await Promise.all(views)), await store.incidents.remember()])
        expect(view.open.map(({ id }) => id).sort()).toEqual(view.owed.map(({ incident }) => incident).sort());
      expect((await store.incidents.remember()).open).toHaveLength(20);
    });

    it('recent ones come newest first, as many as asked', async () => {
      const at = (id: string, openedAt: number): Incident => ({ ...resolved, id, openedAt });
      await store.incidents.commit({ ...nothing, incidents: [at('b', 2_000), at('c', 3_000), at('a', 1_000)] });
      expect((await store.incidents.recent(2)).map(({ id }) => id)).toEqual(['c', 'b']);
    });

    it('one that is still open is among the recent ones, however old it is', async () => {
      const at = (id: string, openedAt: number): Incident => ({ ...resolved, id, openedAt });
      const old: Incident = { ...anIncident, id: 'old', openedAt: 500 };
      await store.incidents.commit({ ...nothing, incidents: [at('b', 2_000), at('c', 3_000), at('a', 1_000), old] });
      expect((await store.incidents.recent(2)).map(({ id }) => id)).toEqual(['c', 'b', 'old']);
    });

    it('a row that can not be read is reported once and silences no other', async () => {
      const incidents = [anIncident, { ...anIncident, id: 'i2' }, { ...anIncident, id: 'i3' }];
      await store.incidents.commit({ ...nothing, incidents });
      await harness().run(`update incidents set body = '{"id":' where id = 'i1'`);
      await harness().run(`update incidents set body = '{"id":"i2"}' where id = 'i2'`);
      await store.incidents.remember();
      expect((await store.incidents.remember()).open.map(({ id }) => id)).toEqual(['i3']);
      expect(complaints).toHaveLength(2);
    });
  });

  describe('what is owed and told', () => {
    beforeEach(() => store.incidents.commit({ incidents: [anIncident], owed: [aNotice], dropped: [] }));

    it('the begin of a send is marked', async () => {
      await store.incidents.attempt([aNotice.key], 1_767_225_600_500);
      expect((await store.incidents.remember()).owed).toEqual([{ ...aNotice, attemptedAt: 1_767_225_600_500 }]);
    });

    it('a notice that was delivered is told and owed no longer', async () => {
      await store.incidents.told([{ key: aNotice.key, told: aTold }]);
      expect(await store.incidents.remember()).toEqual({ open: [anIncident], told: [aTold], owed: [] });
    });

    it('what is told later takes the place of what was told before', async () => {
      const later: Told = { ...aTold, revision: 2, kind: 'changed', at: aTold.at + 1_000 };
      await store.incidents.told([{ key: aNotice.key, told: aTold }]);
      await store.incidents.told([{ key: aNotice.key, told: later }]);
      expect((await store.incidents.remember()).told).toEqual([later]);
    });

    it('a newer notice takes the place of an older one and keeps the mark of its send', async () => {
      await store.incidents.attempt([aNotice.key], 1_767_225_600_500);
      const newer: Notice = { ...aNotice, revision: 2, kind: 'changed' };
      await store.incidents.commit({ ...nothing, owed: [newer] });
      expect((await store.incidents.remember()).owed).toEqual([{ ...newer, attemptedAt: 1_767_225_600_500 }]);
    });

    it('a newer notice that came while the older one was told is still owed', async () => {
      const newer: Notice = { ...aNotice, revision: 2, kind: 'changed' };
      await store.incidents.commit({ ...nothing, owed: [newer] });
      await store.incidents.told([{ key: aNotice.key, told: aTold }]);
      expect(await store.incidents.remember()).toEqual({ open: [anIncident], told: [aTold], owed: [newer] });
    });

    it('a dropped notice is owed no longer, and was not told', async () => {
      await store.incidents.commit({ ...nothing, dropped: [aNotice.key, 'a key that nobody knows'] });
      expect(await store.incidents.remember()).toEqual({ open: [anIncident], told: [], owed: [] });
    });

    it('when telling can not be recorded, it is still owed', async () => {
      await expect(store.incidents.told([{ key: aNotice.key, told: { ...aTold, incident: 'i9' } }])).rejects.toThrow(
        UpstreamError,
      );
      expect(await store.incidents.remember()).toEqual({ open: [anIncident], told: [], owed: [aNotice] });
    });

    it('marks, commits and deliveries at the same time wait for each other', async () => {
      const both = (revision: number) => [
        store.incidents.attempt([aNotice.key], revision),
        store.incidents.commit({ ...nothing, owed: [{ ...aNotice, revision }] }),
        store.incidents.told([{ key: aNotice.key, told: { ...aTold, revision: revision - 1 } }]),
      ];
      const outcomes = await Promise.allSettled([2, 3, 4, 5, 6].flatMap(both));
      expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
    });
  });

  describe('deliveries', () => {
    const day = 86_400_000;

    it('are new once, also for the next who opens', async () => {
      expect(await store.deliveries.claim(['a', 'b'], day)).toBe(true);
      expect(await store.deliveries.claim(['c', 'b'], day + 1)).toBe(false);
      const other = await harness().open(log);
      expect(await other.deliveries.claim(['c'], day + 2)).toBe(false);
      expect(await other.deliveries.claim(['d'], day + 2)).toBe(true);
      await other.close();
    });

    it('are new for one of many who ask at once', async () => {
      const claims = await Promise.all(Array.from({ length: 20 }, () => store.deliveries.claim(['x'], day)));
      expect(claims.filter(Boolean)).toHaveLength(1);
    });

    it('are forgotten after a day', async () => {
      await store.deliveries.claim(['a'], day);
      expect(await store.deliveries.claim(['a'], 2 * day)).toBe(false);
      expect(await store.deliveries.claim(['a'], 2 * day + 1)).toBe(true);
    });
  });

  describe('settings', () => {
    it('a setting that nobody made is null', async () => {
      expect(await store.settings.get('ai.choice')).toBeNull();
    });

    it('the last word counts', async () => {
      await store.settings.set('ai.choice', 'gemini');
      await store.settings.set('ai.choice', 'auto');
      await store.settings.set('other', 'x');
      expect(await store.settings.get('ai.choice')).toBe('auto');
    });

    it.each(hostileTexts)('%s come back as they went in', async (_, text) => {
      await store.settings.set('note', text);
      expect(await store.settings.get('note')).toBe(text);
    });
  });

  describe('the record of actions', () =>
    auditContract(
      () => store,
      (sql) => harness().run(sql),
      hostileTexts,
    ));

  describe('the console', () => {
    const address = { platform: 'console', channel: 'alerts', thread: 'm1' };
    const message = (key: string) => ({ key, at: 1_767_225_600_000, address, reply: say(key) });

    it('messages come back oldest first, the last ones', async () => {
      for (const key of ['a', 'b', 'c']) await store.console.append(message(key));
      const [b, c] = await store.console.recent(2);
      expect(b).toEqual({ ...message('b'), id: expect.any(Number), editedAt: null });
      expect(c?.key).toBe('c');
      expect(c?.id).toBeGreaterThan(b?.id ?? Number.NaN);
    });

    it('a message is posted once, also when both tries come at the same time', async () => {
      const [one, two] = await Promise.all([
        store.console.append(message('a')),
        store.console.append({ ...message('a'), reply: say('another text') }),
      ]);
      expect(one).toEqual(two);
      expect(await store.console.recent(10)).toEqual([one]);
    });

    it('a reply with blocks of every kind comes back as it went in', async () => {
      const reply = {
        summary: 'all',
        onlyYou: true,
        data: { nested: [1, null, { a: 'b' }] },
        blocks: [
          { kind: 'heading', text: 'h', tone: 'critical' },
          { kind: 'text', text: 't' },
          { kind: 'facts', facts: [{ name: 'n', value: 'v' }] },
          { kind: 'code', text: 'c' },
          { kind: 'table', columns: ['a'], rows: [['1'], ['2']] },
          { kind: 'link', text: 'l', url: 'https://example.test/' },
          { kind: 'note', text: 'n' },
        ],
      } as const;
      await store.console.append({ ...message('a'), reply });
      expect((await store.console.recent(1))[0]?.reply).toEqual(reply);
    });

    it('an edit changes the reply and says when', async () => {
      const { id } = await store.console.append(message('a'));
      const edited = await store.console.replace(id, say('resolved'), 1_767_225_700_000);
      expect(edited).toEqual({ ...message('a'), id, reply: say('resolved'), editedAt: 1_767_225_700_000 });
      expect(await store.console.recent(10)).toEqual([edited]);
    });

    it('editing what is not there gives null', async () => {
      expect(await store.console.replace(2_000_000_000, say('x'), 1)).toBeNull();
    });

    it('a thousand messages are kept and the oldest go', async () => {
      await harness().run(
        `with recursive n(i) as (select 1 union all select i + 1 from n where i < 1004)
         insert into console_messages (key, body, reply)
         select 'k' || i, '{"key":"k' || i || '","at":1,"address":{"platform":"console","channel":"a","thread":null}}',
                '{"summary":"","blocks":[],"onlyYou":false}' from n order by i`,
      );
      await store.console.append(message('newest'));
      const kept = await store.console.recent(2_000);
      expect(kept).toHaveLength(1_000);
      expect([kept[0]?.key, kept.at(-1)?.key]).toEqual(['k6', 'newest']);
    });
  });
}
