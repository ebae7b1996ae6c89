import { describe, expect, it } from 'vitest';
import { decodeAction, encodeAction } from '../../src/core/button.ts';
import type { Incident } from '../../src/core/incident.ts';
import { noRules } from '../../src/core/routing.ts';
import { cardOf, contextOf, newsOf } from '../../src/incidents/card.ts';
import { audiencesOf } from '../../src/incidents/route.ts';
import { nothingElse, oneMetric } from '../small-things.ts';

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
  ...nothingElse,
  peakScore: 2,
  confidence: 0.93,
  because: [
    { metric: 'cpu', expected: 31, seen: 97.2, share: 0.8 },
    { metric: 'memory', expected: 50, seen: 52, share: 0.15 },
    { metric: 'disk_io', expected: 5, seen: 5.1, share: 0.05 },
  ],
};
const ada = { platform: 'slack', id: 'U1', name: 'Ada' };
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

  it('tells under the card what happened since, and whose doing it was', () => {
    const chapters = [
      { revision: 2, at: noon, by: ada, text: 'acknowledged', isLoud: false },
      { revision: 3, at: noon, by: null, text: 'web-2 broke as well', isLoud: false },
    ];
    const news = newsOf(base, chapters);
    expect(news.summary).toBe('web-1 (hosts): Ada acknowledged; web-2 broke as well');
    expect(news.blocks).toEqual([{ kind: 'text', text: 'Ada acknowledged\nweb-2 broke as well' }]);
  });

  it('says in a headline what needs eyes again, and what is over', () => {
    const chapter = { revision: 2, at: noon, by: null, text: 'anomaly on web-1 (hosts): critical', isLoud: true };
    expect(newsOf(base, [chapter]).blocks[0]).toEqual({
      kind: 'heading',
      text: 'Critical: web-1 (hosts)',
      tone: 'critical',
    });
    expect(newsOf(resolved, [{ ...chapter, text: 'web-1 (hosts) is normal again', isLoud: false }])).toMatchObject({
      summary: 'web-1 (hosts) is normal again; Over after 10 min.',
      blocks: [{ text: 'Resolved: web-1 (hosts)', tone: 'good' }, {}],
    });
  });

  it.each<{ of: Partial<Incident>; can: readonly string[] }>([
    {
      of: {},
      can: [
        'Acknowledge',
        'Resolve',
        'Silence 1 h',
        'Till morning',
        'Silence …',
        'Real',
        'Noise',
        'Expected',
        'Explain',
      ],
    },
    {
      of: { state: { kind: 'acknowledged', since: noon, by: ada, endsAt: null } },
      can: ['Resolve', 'Silence 1 h', 'Till morning', 'Silence …', 'Real', 'Noise', 'Expected', 'Explain'],
    },
    { of: { state: resolved.state }, can: ['Real', 'Noise', 'Expected'] },
  ])('offers what can be done with it: $can', ({ of, can }) => {
    const buttons = cardOf({ ...base, ...of }, context).blocks.flatMap((block) =>
      block.kind === 'buttons' ? block.buttons : [],
    );
    expect(buttons.map(({ text }) => text)).toEqual(can);
    for (const button of buttons) expect(decodeAction(encodeAction(button))?.values.incident).toBe('i7');
  });

  it('names who acknowledged it, what it was, and what it follows', () => {
    const known: Incident = {
      ...base,
      state: { kind: 'acknowledged', since: noon, by: ada, endsAt: null },
      label: { is: 'noise', by: ada, at: noon },
      follows: { id: 'i3', resolvedAt: noon - 600_000 },
      recurrences: 3,
    };
    expect(cardOf(known, context).blocks.find(({ kind }) => kind === 'facts')).toMatchObject({
      facts: expect.arrayContaining([
        { name: 'came back', value: '3 times in a row, 10 min after the end of i3' },
        { name: 'acknowledged by', value: 'Ada' },
        { name: 'it was', value: 'noise (Ada)' },
      ]),
    });
  });

  it('shows an alert of another system in its own words, with its link', () => {
    const alert = { id: 'f1', name: 'HighCpu', summary: 'CPU over 95 %', url: 'https://prometheus.example.org/graph' };
    const card = cardOf({ ...base, kind: 'alert', alert, because: [] }, context);
    expect(card.summary).toBe('Critical: HighCpu on web-1 (hosts): CPU over 95 %');
    expect(card.blocks).toContainEqual({ kind: 'link', text: 'HighCpu', url: alert.url });
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
    expect(audiencesOf({ ...base, watch: of }, { rules: noRules, watches: [watch], channels: everywhere })).toEqual(to);
  });
});
