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
  play(breaks).map(({ entity, alongside }) => `${entity}: ${alongside.join(' ')}`);

describe('what broke in the same minutes', () => {
  it.each<{ story: string; breaks: readonly Break[]; known: readonly string[] }>([
    { story: 'one by itself has no company', breaks: [['a', 0]], known: ['a: '] },
    {
      story: 'those of one tick know each other',
      breaks: [
        ['a', 0],
        ['b', 0],
      ],
      known: ['a: b', 'b: a'],
    },
    {
      story: 'the first to break stands first',
      breaks: [
        ['db', 0],
        ['web-2', 2],
        ['web-1', 5],
      ],
      known: ['db: web-2 web-1', 'web-2: db web-1', 'web-1: db web-2'],
    },
    {
      story: 'a quarter of an hour is the same minutes and more is not',
      breaks: [
        ['a', 0],
        ['b', 15],
        ['c', 16],
      ],
      known: ['a: b', 'b: a c', 'c: b'],
    },
    {
      story: 'another watch is other company',
      breaks: [
        ['a', 0],
        ['b', 0, 'services'],
      ],
      known: ['a: ', 'b: '],
    },
  ])('$story', ({ breaks, known }) => {
    expect(company(breaks)).toEqual(known);
  });

  it('is no news by itself, and is bounded in a storm', () => {
    const storm = play(Array.from({ length: 1_000 }, (_, at): Break => [`host-${at}`, 0]));
    expect(storm.length).toBe(1_000);
    expect(new Set(storm.map(({ revision, alongside }) => `r${revision} ${alongside.length}`))).toEqual(
      new Set(['r1 20']),
    );
  });

  it('stands on the card, the first few by name', () => {
    const [first] = play(Array.from({ length: 8 }, (_, at): Break => [`host-${at}`, at]));
    if (first === undefined) throw new Error('nothing broke');
    const facts = cardOf(first, contextOf(first, [], { simulated: false })).blocks.find(({ kind }) => kind === 'facts');
    expect(facts).toMatchObject({
      facts: expect.arrayContaining([
        { name: 'in the same minutes', value: 'host-1, host-2, host-3, host-4, host-5 and 2 more' },
      ]),
    });
  });
});
