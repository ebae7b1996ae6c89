import { describe, expect, it } from 'vitest';
import type { Observation } from '../../src/core/detection.ts';
import { type Incident, partsOf } from '../../src/core/incident.ts';
import { act } from '../../src/incidents/act.ts';
import { type Advanced, advance, withoutOldAcks } from '../../src/incidents/advance.ts';

const minute = 60_000;
const policy = () => {
  let count = 0;
  return {
    resolveAfterMs: () => 5 * minute,
    forgetAfterMs: 24 * 60 * minute,
    ackEndsAfterMs: 30 * 60_000,
    newId: () => {
      count += 1;
      return `i${count}`;
    },
  };
};

const at = (minutes: number) => ({ watch: 'hosts', entity: 'web-1', at: minutes * minute });
const because = (metric: string) => [{ metric, expected: 30, seen: 97, share: 1 }];
const anomalous = (minutes: number, score: number, metric = 'cpu'): Observation => ({
  kind: 'anomalous',
  ...at(minutes),
  detection: { ...at(minutes), score, confidence: Math.min(0.99, score / 3), because: because(metric) },
});
const normal = (minutes: number): Observation => ({ kind: 'normal', ...at(minutes) });
const warming = (minutes: number): Observation => ({ kind: 'warming', ...at(minutes) });
const silent = (minutes: number, lastSeen = minutes - 1): Observation => ({
  kind: 'silent',
  ...at(minutes),
  lastSeen: lastSeen * minute,
});

/** Plays ticks of one observation each and gives every incident in its last state. */
function play(observations: readonly Observation[]): readonly Incident[] {
  const rules = policy();
  const all = new Map<string, Incident>();
  let suspects: Advanced['suspects'] = new Map();
  for (const observation of observations) {
    const step = advance([...all.values()], [observation], suspects, rules);
    suspects = step.suspects;
    for (const incident of step.changed) all.set(incident.id, incident);
  }
  return [...all.values()];
}

const outline = (incidents: readonly Incident[]) =>
  incidents.map(({ kind, state, severity, revision }) => `${kind} ${state.kind} ${severity} r${revision}`);

describe('the life of an incident', () => {
  it.each([
    { story: 'one weak row is not believed', ticks: [anomalous(0, 1.1), normal(1)], ends: [] },
    {
      story: 'two weak rows with a normal one between are not believed',
      ticks: [anomalous(0, 1.1), normal(1), anomalous(2, 1.1)],
      ends: [],
    },
    {
      story: 'two weak rows in a row are',
      ticks: [anomalous(0, 1.1), anomalous(1, 1.1)],
      ends: ['anomaly open warning r1'],
    },
    { story: 'one clear row is enough', ticks: [anomalous(0, 1.6)], ends: ['anomaly open warning r1'] },
    { story: 'a very clear row is critical', ticks: [anomalous(0, 2.5)], ends: ['anomaly open critical r1'] },
    {
      story: 'severity rises, once',
      ticks: [anomalous(0, 1.6), anomalous(1, 2.5), anomalous(2, 3)],
      ends: ['anomaly open critical r2'],
    },
    {
      story: 'severity never falls',
      ticks: [anomalous(0, 2.5), anomalous(1, 1.1)],
      ends: ['anomaly open critical r1'],
    },
    {
      story: 'a short calm ends nothing',
      ticks: [anomalous(0, 2), normal(2), normal(4)],
      ends: ['anomaly open critical r1'],
    },
    {
      story: 'a long calm resolves',
      ticks: [anomalous(0, 2), normal(2), normal(5)],
      ends: ['anomaly resolved critical r2'],
    },
    {
      story: 'calm counts from the last anomalous row',
      ticks: [anomalous(0, 2), normal(4), anomalous(4.5, 2), normal(9)],
      ends: ['anomaly open critical r1'],
    },
    {
      story: 'warming up judges nothing',
      ticks: [anomalous(0, 2), warming(10), warming(20)],
      ends: ['anomaly open critical r1'],
    },
    {
      story: 'a row that can not be judged takes no suspicion away',
      ticks: [anomalous(0, 1.1), warming(1), anomalous(2, 1.1)],
      ends: ['anomaly open warning r1'],
    },
    {
      story: 'a recurrence is a new incident and the old one stays resolved',
      ticks: [anomalous(0, 2), normal(6), anomalous(7, 2)],
      ends: ['anomaly resolved critical r2', 'anomaly open critical r1'],
    },
    { story: 'one missed read is not silence', ticks: [silent(1), normal(2)], ends: [] },
    {
      story: 'silence is an incident of its own kind',
      ticks: [silent(1), silent(2)],
      ends: ['no data open critical r1'],
    },
    {
      story: 'silence goes on without news',
      ticks: [silent(1), silent(2), silent(3), silent(60)],
      ends: ['no data open critical r1'],
    },
    {
      story: 'the first row back ends the silence',
      ticks: [silent(1), silent(2), normal(3)],
      ends: ['no data resolved critical r2'],
    },
    {
      story: 'a row that can not be judged ends the silence too',
      ticks: [silent(1), silent(2), warming(3)],
      ends: ['no data resolved critical r2'],
    },
    {
      story: 'an anomaly stays open while its entity is silent',
      ticks: [anomalous(0, 2), silent(1), silent(10)],
      ends: ['anomaly open critical r1', 'no data open critical r1'],
    },
    {
      story: 'what is silent for a day is gone, with all of its incidents',
      ticks: [anomalous(0, 2), silent(1), silent(2), silent(1_500)],
      ends: ['anomaly resolved critical r2', 'no data resolved critical r2'],
    },
  ])('$story', ({ ticks, ends }) => {
    expect(outline(play(ticks))).toEqual(ends);
  });

  it('ends only when everything in it is over, and says what is', () => {
    const other = (observation: Observation): Observation => ({ ...observation, entity: 'web-2' }) as Observation;
    const [incident, ...more] = play([
      anomalous(0, 2),
      other({ ...anomalous(1, 2) }),
      normal(6),
      other(anomalous(6, 2)),
      other(normal(12)),
    ]);
    expect(more).toEqual([]);
    expect(incident).toMatchObject({
      state: { kind: 'resolved', since: 12 * minute },
      endedAt: 6 * minute,
      others: [{ entity: 'web-2', endedAt: 12 * minute }],
    });
    expect(incident?.story.map(({ text }) => text)).toEqual([
      'anomaly on web-1 (hosts): critical',
      'web-2 broke as well',
      'web-1 (hosts) is normal again',
      'web-2 (hosts) is normal again',
    ]);
  });

  it('is one incident with what another system reports of the same entity', () => {
    const reported = (minutes: number, isFiring: boolean): Observation => ({
      ...{ kind: 'reported', watch: 'alertmanager', entity: 'web-1', at: minutes * minute },
      ...{ severity: 'critical', since: minutes * minute, isFiring },
      alert: { id: 'f1', name: 'HighCpu', summary: 'CPU over 95 %', url: null },
    });
    const incidents = play([anomalous(0, 1.6), reported(30, true), normal(31), reported(40, false)]);
    expect(incidents).toMatchObject([{ severity: 'critical', others: [{ kind: 'alert', severity: 'critical' }] }]);
    expect(outline(incidents)).toEqual(['anomaly resolved critical r4']);
    expect(incidents[0]?.story.map(({ text, isLoud }) => `${text}${isLoud ? '!' : ''}`)).toEqual([
      'anomaly on web-1 (hosts): warning!',
      'web-1 broke as well!',
      'web-1 (hosts) is normal again',
      'the alert HighCpu of web-1 (alertmanager) ended',
    ]);
  });

  it('runs an acknowledgement out after it got worse, and not before', () => {
    const ada = { platform: 'slack', id: 'U1', name: 'Ada' };
    const [begun] = play([anomalous(0, 1.6)]);
    if (begun === undefined) throw new Error('nothing began');
    const known = act(begun, { kind: 'acknowledge' }, ada, minute).incident;
    expect(withoutOldAcks([known], 900 * minute)).toEqual([]);
    const [worse] = advance([known], [anomalous(2, 3)], new Map(), policy()).changed;
    expect(worse?.state).toMatchObject({ kind: 'acknowledged', endsAt: 32 * minute });
    expect(withoutOldAcks(worse === undefined ? [] : [worse], 31 * minute)).toEqual([]);
    const [back] = withoutOldAcks(worse === undefined ? [] : [worse], 32 * minute);
    expect(back).toMatchObject({ state: { kind: 'open' }, revision: 4 });
    expect(back?.story.at(-1)).toMatchObject({
      isLoud: true,
      text: expect.stringContaining("Ada's acknowledgement ran out"),
    });
  });

  it.each([
    { story: 'is no new one while it stays as it was', ticks: [anomalous(3, 1.7), anomalous(4, 1.7)], begins: 0 },
    { story: 'is a new one when it gets worse', ticks: [anomalous(3, 1.7), anomalous(4, 3)], begins: 1 },
    {
      story: 'is a new one when it was right in between',
      ticks: [anomalous(3, 1.7), normal(9), anomalous(10, 1.7)],
      begins: 1,
    },
  ])('that somebody resolved before it was over $story', ({ ticks, begins }) => {
    const ada = { platform: 'slack', id: 'U1', name: 'Ada' };
    const rules = policy();
    const first = advance([], [anomalous(0, 1.6)], new Map(), rules);
    const all = new Map(first.changed.map((one) => [one.id, act(one, { kind: 'resolve' }, ada, 2 * minute).incident]));
    const [closed] = all.values();
    for (const observation of ticks)
      for (const one of advance([...all.values()], [observation], new Map(), rules).changed) all.set(one.id, one);
    expect(all.size - 1).toBe(begins);
    expect(all.get('i1')).toMatchObject({ state: closed?.state, revision: closed?.revision });
  });

  it('follows the last one of the same thing, and has to be calm for longer each time it comes back', () => {
    const last = { id: 'i0', resolvedAt: 10 * minute, recurrences: 1 };
    const begun = advance([], [anomalous(20, 2)], new Map(), policy(), (key) => (key.includes('web-1') ? last : null));
    const [incident] = begun.changed;
    expect(incident).toMatchObject({ follows: { id: 'i0', resolvedAt: 10 * minute }, recurrences: 2 });
    const calm = (minutes: number) => advance(begun.changed, [normal(20 + minutes)], new Map(), policy()).changed;
    expect(calm(19)).toEqual([]);
    expect(calm(20)).toMatchObject([{ state: { kind: 'resolved' } }]);
    const late = advance([], [anomalous(10 + 24 * 60 + 1, 2)], new Map(), policy(), () => last);
    expect(late.changed).toMatchObject([{ follows: null, recurrences: 0 }]);
  });

  it('keeps the numbers of the worst row and the time of the first', () => {
    const [incident] = play([anomalous(0, 1.2, 'cpu'), anomalous(1, 1.8, 'disk_io'), anomalous(2, 1.3, 'memory')]);
    expect(incident).toMatchObject({
      openedAt: 0,
      lastSeenAt: 2 * minute,
      peakScore: 1.8,
      because: because('disk_io'),
    });
  });

  it('begins a silence at the last sample and says who ended it', () => {
    const [incident] = play([silent(1, 0), silent(2, 0), normal(3)]);
    expect(incident).toMatchObject({ openedAt: 0, state: { kind: 'resolved', since: 3 * minute, by: 'recovered' } });
  });

  it('keeps entities and watches apart', () => {
    const other: Observation = { ...anomalous(0, 2), entity: 'web-2' } as Observation;
    const step = advance([], [anomalous(0, 2), other], new Map(), policy());
    expect(step.changed.flatMap(partsOf).map(({ entity }) => entity)).toEqual(['web-1', 'web-2']);
  });
});
