import { describe, expect, it } from 'vitest';
import type { Incident } from '../../src/core/incident.ts';
import { cardOf, contextOf, newsOf } from '../../src/incidents/card.ts';
import { audiencesOf } from '../../src/incidents/route.ts';
import { oneMetric } from '../small-things.ts';

const noon = Date.UTC(2026, 0, 5, 12);
const base: Incident = {
  id: 'i7',
  kind: 'anomaly',
  watch: 'hosts',
  entity: 'web-1',
  state: { kind: 'open', since: noon },
  severity: 'critical',
  openedAt: noon,
  lastSeenAt: noon,
  revision: 1,
  alongside: [],
  peakScore: 2,
  confidence: 0.93,
  because: [
    { metric: 'cpu', expected: 31, seen: 97.2, share: 0.8 },
    { metric: 'memory', expected: 50, seen: 52, share: 0.15 },
    { metric: 'disk_io', expected: 5, seen: 5.1, share: 0.05 },
  ],
};
const resolved: Incident = { ...base, state: { kind: 'resolved', since: noon + 600_000, by: 'recovered' } };
const context = contextOf(base, [oneMetric], { simulated: true });

describe('the card of an incident', () => {
  it('says in one line what is wrong, where, and with which numbers', () => {
    expect(cardOf(base, context).summary).toBe(
      'Critical: anomaly on web-1 (hosts): cpu 97.2 % (expected 31 %), memory 52 (expected 50).',
    );
  });

  it('shows the blamed metrics, since when, how sure, and that it is simulated', () => {
    const { blocks } = cardOf(base, context);
    expect(blocks).toContainEqual({
      kind: 'table',
      columns: ['metric', 'seen', 'expected', 'share'],
      rows: [
        ['cpu', '97.2 %', '31 %', '80 %'],
        ['memory', '52', '50', '15 %'],
      ],
    });
    expect(blocks).toContainEqual({
      kind: 'facts',
      facts: [
        { name: 'since', value: '2026-01-05 12:00:00 UTC' },
        { name: 'confidence', value: '93 %' },
      ],
    });
    expect(blocks.at(-1)).toEqual({ kind: 'note', text: 'incident i7 · simulated cluster: this host is not real' });
  });

  it.each([
    ['web-1', 'The series of web-1 (hosts) have been absent since 2026-01-05 12:00:00 UTC.'],
    ['*', 'No numbers of hosts since 2026-01-05 12:00:00 UTC: its series are absent, or its queries fail.'],
  ])('says what is missing of %s', (entity, sentence) => {
    expect(cardOf({ ...base, kind: 'no data', entity, because: [] }, context).summary).toContain(sentence);
  });

  it.each([
    ['recovered', 'web-1 (hosts) is normal again after 10 min.'],
    ['gone', 'web-1 (hosts) is gone for good, its incident closed after 10 min.'],
    ['no longer watched', 'web-1 (hosts) is no longer watched, its incident closed after 10 min.'],
  ])('has a word for its end when it is %s', (by, word) => {
    expect(newsOf({ ...resolved, state: { kind: 'resolved', since: noon + 600_000, by } }).summary).toBe(word);
  });

  it('turns good when it is over, and keeps how long it lasted', () => {
    const { blocks } = cardOf(resolved, { ...context });
    expect(blocks[0]).toMatchObject({ text: 'Resolved: anomaly on web-1 (hosts)', tone: 'good' });
    expect(JSON.stringify(blocks)).toContain('(10 min)');
  });

  it.each([
    {
      incident: { ...base, watch: 'prometheus', entity: 'prometheus', kind: 'no data' as const },
      says: 'Critical: no data from Prometheus',
    },
    { incident: { ...base, entity: '*', kind: 'no data' as const }, says: 'Critical: no data from every one of hosts' },
    { incident: { ...base, severity: 'warning' as const }, says: 'Warning: anomaly on web-1 (hosts)' },
  ])('is titled "$says"', ({ incident, says }) => {
    expect(cardOf(incident, context).summary.startsWith(says)).toBe(true);
  });

  it('links the runbook of its watch', () => {
    const watch = { ...oneMetric, runbookUrl: 'https://example.org/runbook' };
    const { blocks } = cardOf(base, contextOf(base, [watch], { simulated: false }));
    expect(blocks).toContainEqual({ kind: 'link', text: 'Runbook', url: 'https://example.org/runbook' });
  });

  it.each([
    { incident: base, says: 'web-1 (hosts) got worse: it is critical now.' },
    { incident: resolved, says: 'web-1 (hosts) is normal again after 10 min.' },
    { incident: { ...resolved, kind: 'no data' as const }, says: 'web-1 (hosts) is back after 10 min.' },
  ])('reaches people again with "$says"', ({ incident, says }) => {
    expect(newsOf(incident).summary).toBe(says);
  });
});

describe('who is told', () => {
  const everywhere = [{ platform: 'slack', channel: 'C1', thread: null }];
  const named = [{ platform: 'discord', channel: '42', thread: null }];
  it.each([
    { story: 'the audiences of the watch', watch: { ...oneMetric, audiences: named }, of: 'hosts', to: named },
    { story: 'every channel when the watch names none', watch: oneMetric, of: 'hosts', to: everywhere },
    {
      story: 'every channel of what concerns no watch',
      watch: { ...oneMetric, audiences: named },
      of: 'prometheus',
      to: everywhere,
    },
  ])('is $story', ({ watch, of, to }) => {
    expect(audiencesOf({ ...base, watch: of }, [watch], everywhere)).toEqual(to);
  });
});
