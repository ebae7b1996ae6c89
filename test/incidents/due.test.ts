import { describe, expect, it } from 'vitest';
import type { Address } from '../../src/core/address.ts';
import type { Incident } from '../../src/core/incident.ts';
import type { Notice, Told } from '../../src/core/notice.ts';
import { due, noticeKey, type Telling } from '../../src/incidents/due.ts';
import { nothingElse } from '../small-things.ts';

const slack: Address = { platform: 'slack', channel: 'C1', thread: null };
const discord: Address = { platform: 'discord', channel: '42', thread: null };

const incident = (revision: number, resolved = false): Incident => ({
  id: 'i1',
  kind: 'anomaly',
  watch: 'hosts',
  entity: 'web-1',
  state: resolved ? { kind: 'resolved', since: 9, by: 'recovered' } : { kind: 'open', since: 1 },
  severity: 'warning',
  openedAt: 1,
  lastSeenAt: 5,
  revision,
  ...nothingElse,
  peakScore: 2,
  confidence: 0.9,
  because: [],
});
const told = (revision: number): Told => ({
  incident: 'i1',
  audience: slack,
  revision,
  kind: 'opened',
  card: { platform: 'slack', channel: 'C1', message: '1.1' },
  digest: null,
  at: 2,
});
const owed = (revision: number, attemptedAt: number | null = null): Notice => ({
  key: noticeKey('i1', slack),
  incident: 'i1',
  revision,
  kind: 'opened',
  audience: slack,
  owedSince: 3,
  notBefore: null,
  digest: null,
  attemptedAt,
});
const owedNow = (
  state: Incident,
  before: { told?: readonly Told[]; owed?: readonly Notice[] } = {},
  audiences = [slack],
  telling: Telling = 'now',
) =>
  due({
    tellingOf: () => telling,
    digestAbove: 10,
    incidents: [state],
    told: before.told ?? [],
    owed: before.owed ?? [],
    audiencesOf: () => audiences,
    now: 100,
  });

describe('what is owed', () => {
  it.each([
    { story: 'a new incident is told', state: incident(1), before: {}, kinds: ['opened r1'] },
    { story: 'what was told is not told again', state: incident(1), before: { told: [told(1)] }, kinds: [] },
    { story: 'what is owed already is not owed twice', state: incident(1), before: { owed: [owed(1)] }, kinds: [] },
    { story: 'a change is told', state: incident(2), before: { told: [told(1)] }, kinds: ['changed r2'] },
    { story: 'the end is told', state: incident(2, true), before: { told: [told(1)] }, kinds: ['resolved r2'] },
    { story: 'an end that was told is over', state: incident(2, true), before: { told: [told(2)] }, kinds: [] },
    {
      story: 'an end takes the place of an opening that was never told',
      state: incident(2, true),
      before: { owed: [owed(1)] },
      kinds: ['resolved r2'],
    },
    {
      story: 'a change takes the place of an opening that was never told, and opens',
      state: incident(2),
      before: { owed: [owed(1)] },
      kinds: ['opened r2'],
    },
  ])('$story', ({ state, before, kinds }) => {
    const next = owedNow(state, before);
    expect(next.owed.map((notice) => `${notice.kind} r${notice.revision}`)).toEqual(kinds);
    expect(next.dropped).toEqual([]);
  });

  it('keeps the key, the age and the first try of the notice whose place it takes', () => {
    expect(owedNow(incident(2), { owed: [owed(1, 50)] }).owed).toEqual([
      { ...owed(2, 50), revision: 2, kind: 'opened', owedSince: 3, attemptedAt: 50 },
    ]);
  });

  it('owes every audience by itself', () => {
    const next = owedNow(incident(1), { told: [told(1)] }, [slack, discord]);
    expect(next.owed.map((notice) => notice.audience)).toEqual([discord]);
  });

  it('drops what is owed to an audience that listens no more', () => {
    expect(owedNow(incident(1), { owed: [owed(1)] }, [discord]).dropped).toEqual([noticeKey('i1', slack)]);
  });
});
