import { describe, expect, it } from 'vitest';
import type { Incident } from '../../src/core/incident.ts';
import { digestCard, digestNews } from '../../src/incidents/digest.ts';
import { entitiesInWords } from '../../src/incidents/entities.ts';
import { noon, someIncident } from './some-incident.ts';

const over = { kind: 'resolved' as const, since: noon + 1, by: 'recovered' as const };
const many = (count: number, change: (at: number) => Partial<Incident> = () => ({})): readonly Incident[] =>
  Array.from({ length: count }, (_, at) => someIncident({ id: `i${at + 1}`, entity: `web-${at + 1}`, ...change(at) }));

describe('names of entities', () => {
  it.each([
    [['web-1', 'web-2', 'web-3', 'db-7'], 'db-7, web-1 to web-3'],
    [['web-3', 'web-1', 'web-2', 'web-2'], 'web-1 to web-3'],
    [['web-1', 'web-2'], 'web-1, web-2'],
    [['web-1', 'web-3'], 'web-1, web-3'],
    [['web-009', 'web-010', 'web-011'], 'web-009 to web-011'],
    [['web-8', 'web-9', 'web-10'], 'web-8 to web-10'],
    [['web-01', 'web-1', 'web-2', 'web-02'], 'web-1, web-01, web-2, web-02'],
    [['10.0.0.9', '10.0.0.10', '10.0.0.11'], '10.0.0.9 to 10.0.0.11'],
    [['a', 'b', '7'], '7, a, b'],
    [[], ''],
  ])('%j are "%s"', (names, words) => {
    expect(entitiesInWords(names)).toBe(words);
  });
});

describe('a card that incidents share', () => {
  it('counts every one, and names those without a line', () => {
    const card = digestCard(
      'storm-i1',
      many(1_000, (at) => ({ severity: at === 500 ? 'critical' : 'warning' })),
      false,
    );
    expect(card.summary).toBe('Critical: 1,000 incidents at once');
    const [counts, lines] = card.blocks.filter((block) => block.kind === 'table');
    expect(counts?.rows).toEqual([['hosts', '1', '999', '0', '0']]);
    expect(lines?.rows[0]?.slice(0, 2)).toEqual(['i501', 'critical']);
    const words = card.blocks.flatMap((block) => (block.kind === 'text' ? [block.text] : [])).join('\n');
    expect(words).toContain('988 more of hosts: web-12 to web-500, web-502 to web-1000');
  });

  it.each([
    ['storm-i1', [{}, {}], 'Warning: 2 incidents at once', 'warning'],
    ['quiet-5', [{}, { state: over }], 'Warning: 2 incidents in quiet hours, 1 still open', 'warning'],
    ['quiet-5', [{ state: over }], 'Resolved: 1 incident in quiet hours', 'good'],
  ] as const)('is entitled by what is open: %s %j', (digest, changes, title, tone) => {
    const card = digestCard(
      digest,
      changes.map((change, at) => someIncident({ id: `i${at}`, ...change })),
      false,
    );
    expect(card.blocks[0]).toEqual({ kind: 'heading', text: title, tone });
  });

  it('says that its hosts are not real when they are not', () => {
    expect(digestCard('storm-i1', many(2), true).blocks.at(-1)).toMatchObject({
      kind: 'note',
      text: expect.stringContaining('not real'),
    });
  });
});

describe('the word under it', () => {
  const loud = (incident: Incident) => ({
    incident,
    chapters: [{ revision: 2, at: noon, by: null, text: 'it got critical', isLoud: true }],
  });

  it('names what got worse, and counts what it can not name', () => {
    const on = many(20);
    const news = digestNews(on, on.map(loud), false);
    expect(news?.blocks[0]).toMatchObject({
      text: expect.stringMatching(/^web-1 \(hosts\): it got critical\n[\s\S]*… and 12 more$/),
    });
  });

  it('says once that all are over', () => {
    const on = many(3, () => ({ state: over }));
    expect(digestNews(on, [], false)?.summary).toBe('All 3 are over.');
    expect(digestNews(on, [], true)).toBeNull();
    expect(digestNews(many(3), [], false)).toBeNull();
  });
});
