import { describe, expect, it } from 'vitest';
import { hostOf, keyOf, nameOf, partitionsOf, segmentOf, segmentOfKey } from '../../src/logs/segment.ts';

const at = (text: string): number => Date.parse(`2026-${text}Z`);

describe('a segment', () => {
  const segment = { host: 'web-1', openedAt: at('11-24T13:05:01.123'), run: '7f3a9c21', number: 12 };

  it('has everything that there is to know of it in its name, and so in its key', () => {
    expect(nameOf(segment)).toBe('web-1-20261124T130501123-7f3a9c21-12');
    expect(keyOf(segment)).toBe('logs/date=2026-11-24/hour=13/web-1-20261124T130501123-7f3a9c21-12.jsonl.gz');
    expect(segmentOf(nameOf(segment))).toEqual(segment);
    expect(segmentOfKey(keyOf(segment))).toEqual(segment);
  });

  it.each(['readme.txt', 'web-1-20261324T130501123-7f3a9c21-12', 'web-1-20261124T130501123-7f3a9c21', ''])(
    '%j is the name of none',
    (name) => {
      expect(segmentOf(name)).toBeNull();
      expect(segmentOfKey(`logs/date=2026-11-24/hour=13/${name}.jsonl.gz`)).toBeNull();
    },
  );

  it.each([
    ['web-1.example.org', 'web-1.example.org'],
    ['my laptop/é', 'my_laptop_'],
    ['', 'host'],
    ['x'.repeat(300), 'x'.repeat(80)],
  ])('the host %j stands in it as %j', (name, host) => {
    expect(hostOf(name)).toBe(host);
    expect(segmentOf(nameOf({ ...segment, host }))?.host).toBe(host);
  });
});

describe('the partitions of a window', () => {
  it.each([
    ['11-24T13:10', '11-24T13:50', ['11-24/hour=13/']],
    ['11-24T13:59:59', '11-24T14:00', ['11-24/hour=13/', '11-24/hour=14/']],
    ['11-24T22:30', '11-26T01:10', ['11-24/hour=22/', '11-24/hour=23/', '11-25/', '11-26/hour=00/', '11-26/hour=01/']],
    ['11-24T00:00', '11-24T23:00', ['11-24/']],
    [
      '11-24T00:00',
      '11-24T22:59',
      Array.from({ length: 23 }, (_, hour) => `11-24/hour=${String(hour).padStart(2, '0')}/`),
    ],
    ['11-24T14:00', '11-24T13:00', []],
  ])('from %s to %s', (from, to, prefixes) => {
    expect(partitionsOf(at(from), at(to))).toEqual(prefixes.map((prefix) => `logs/date=2026-${prefix}`));
  });
});
