import { describe, expect, it } from 'vitest';
import type { Observation } from '../../src/core/detection.ts';
import type { Incident } from '../../src/core/incident.ts';
import { type Advanced, advance } from '../../src/incidents/advance.ts';
import { cardOf, contextOf } from '../../src/incidents/card.ts';

const minute = 60_000;

/** An entity, the minute in which it breaks, and its watch. */
type Break = readonly [entity: string, at: number, watch?: string];

/** Breaks entities in the order given; ticks share their incidents. Gives the last state of each incident. */
function play(breaks: readonly Break[]): readonly Incident[] {
  let count = 0;
  const policy = {
    resolveAfterMs: () => 60 * minute,
    forgetAfterMs: 24 * 60 * minute,
    ackEndsAfterMs: 30 * 60_000,
    newId: () => {
      count += 1;
      return `i${count}`;
    },
  };
  const all = new Map<string, Incident>();
  let suspects: Advanced['suspects'] = new Map();
  for (const [at, ofTick] of Map.groupBy(breaks, ([, when]) => when)) {
    const observations = ofTick.map(([entity, , watch = 'hosts']): Observation => {
      const where = { watch, entity, at: at * minute };
      return { kind: 'anomalous', ...where, detection: { ...where, score: 2, confidence: 0.9, because: [] } };
    });
    const step = advance([...all.values()], observations, suspects, policy);
    suspects = step.suspects;
    for (const incident of step.changed) all.set(incident.id, incident);
  }
  return [...all.values()];
}

const company = (breaks: readonly Break[]) =>
  play(breaks).map(({ entity, others }) => [entity, ...others.map((other) => other.entity)].join(' '));

describe('what broke in the same minutes', () => {
  it.each<{ story: string; breaks: readonly Break[]; incidents: readonly string[] }>([
    { story: 'one by itself has no company', breaks: [['a', 0]], incidents: ['a'] },
    {
      story: 'those of one tick are one incident',
      breaks: [
        ['a', 0],
        ['b', 0],
      ],
      incidents: ['a b'],
    },
    {
      story: 'the first to break stands first',
      breaks: [
        ['db', 0],
        ['web-2', 2],
        ['web-1', 5],
      ],
      incidents: ['db web-2 web-1'],
    },
    {
      story: 'a quarter of an hour is the same minutes and more is not',
      breaks: [
        ['a', 0],
        ['b', 15],
        ['c', 16],
      ],
      incidents: ['a b', 'c'],
    },
    {
      story: 'another watch is another cause',
      breaks: [
        ['a', 0],
        ['b', 0, 'services'],
      ],
      incidents: ['a', 'b'],
    },
  ])('$story', ({ breaks, incidents }) => {
    expect(company(breaks)).toEqual(incidents);
  });

  it('is a line in the story, and on the first card when it broke in the same tick', () => {
    const [together] = play([
      ['a', 0],
      ['b', 0],
    ]);
    expect(together).toMatchObject({ revision: 1, story: [{ revision: 1 }, { text: 'b broke as well', revision: 1 }] });
    const [later] = play([
      ['a', 0],
      ['b', 1],
      ['c', 1],
    ]);
    expect(later).toMatchObject({ revision: 2, story: [{ revision: 1 }, { text: 'b, c broke as well', revision: 2 }] });
  });

  it('is bounded in a storm, and none is lost', () => {
    const storm = play(Array.from({ length: 1_200 }, (_, at): Break => [`host-${at}`, 0]));
    expect(storm.map(({ others }) => others.length + 1)).toEqual([500, 500, 200]);
  });

  it('stands on the card, the first few by name', () => {
    const [first] = play(Array.from({ length: 8 }, (_, at): Break => [`host-${at}`, at]));
    if (first === undefined) throw new Error('nothing broke');
    const card = cardOf(first, contextOf(first, [], { simulated: false }));
    expect(card.blocks.find(({ kind }) => kind === 'facts')).toMatchObject({
      facts: expect.arrayContaining([
        {
          name: 'in the same minutes',
          value: 'host-0 first, then host-1, host-2, host-3, host-4, host-5 and 2 more',
        },
      ]),
    });
    expect(card.summary).toMatch(/^Critical: anomaly on host-0 \(hosts\) and 7 more/);
  });
});
