import { describe, expect, it } from 'vitest';
import type { Incident } from '../../src/core/incident.ts';
import { noRules, type Route } from '../../src/core/routing.ts';
import type { Matcher } from '../../src/core/silence.ts';
import { escalated } from '../../src/incidents/escalate.ts';
import { audiencesOf } from '../../src/incidents/route.ts';
import { oneMetric } from '../small-things.ts';
import { noon, someIncident } from './some-incident.ts';

const minute = 60_000;
const anything: Matcher = { watch: null, entity: null, kind: null, severity: null };
const address = (platform: string, channel: string) => ({ platform, channel, thread: null });
const [ops, night, boss] = [address('slack', 'C0OPS'), address('discord', '1'), address('slack', 'C0BOSS')];
const ada = { platform: 'slack', to: 'person' as const, id: 'U1' };
const team = { platform: 'discord', to: 'role' as const, id: '22' };
const route: Route = {
  ...{ match: anything, hours: null, to: [ops], repeatMs: null },
  escalate: [
    { afterMs: 10 * minute, mention: [ada], to: [] },
    { afterMs: 30 * minute, mention: [team], to: [boss] },
  ],
};

describe('where an incident goes', () => {
  const watch = { ...oneMetric, audiences: [night] };
  const to = (routes: readonly Route[], incident: Incident = someIncident()) =>
    audiencesOf(incident, { rules: { ...noRules, routes }, watches: [watch], channels: [ops, night] });
  const only = (match: Partial<Matcher>, where = ops): Route => ({
    ...route,
    match: { ...anything, ...match },
    to: [where],
    escalate: [],
  });
  const byDay = { days: [1], from: 9 * 60, to: 17 * 60, zone: 'UTC' };

  it.each([
    ['as its watch says without a route', [], {}, [night]],
    [
      'where the first route that matches sends it',
      [only({ entity: 'db-*' }), only({ entity: 'web-*' }), only({}, night)],
      {},
      [ops],
    ],
    [
      'by its severity as it is now',
      [only({ severity: 'critical' }), only({}, night)],
      { severity: 'critical' as const },
      [ops],
    ],
    ['by the hours in which it began', [{ ...only({}), hours: byDay }, only({}, night)], {}, [ops]],
    [
      'elsewhere out of hours',
      [{ ...only({}), hours: byDay }, only({}, boss)],
      { openedAt: noon + 6 * 60 * minute },
      [boss],
    ],
    ['as its watch says by a route that names no place', [{ ...only({}), to: [] }], {}, [night]],
    ['elsewhere when it is of a platform that is away', [], { watch: 'chat', entity: 'slack' }, [night]],
    ['also where a step that was taken sends it', [route], { escalation: { steps: 2, lastAt: noon } }, [ops, boss]],
  ] as const)('is %s', (_what, routes, change, where) => {
    expect(to(routes, someIncident(change))).toEqual(where);
  });
});

describe('what nobody acknowledges', () => {
  const stepsAfter = (ms: number, incident = someIncident(), routes: readonly Route[] = [route], isQuiet = false) =>
    escalated([incident], { ...noRules, routes }, () => isQuiet, noon + ms)[0];

  it('is told loudly to those whom the step names, once', () => {
    expect(stepsAfter(10 * minute - 1)).toBeUndefined();
    const first = stepsAfter(10 * minute);
    expect(first?.story.at(-1)).toMatchObject({
      isLoud: true,
      mentions: [ada],
      text: 'nobody has acknowledged it for 10 min: step 1 of 2',
    });
    expect(stepsAfter(11 * minute, first)).toBeUndefined();
    expect(stepsAfter(30 * minute, first)?.story.at(-1)).toMatchObject({ mentions: [team] });
  });

  it('takes every step at once that a pause has made overdue', () => {
    const late = stepsAfter(60 * minute);
    expect(late?.escalation.steps).toBe(2);
    expect(late?.story.at(-1)?.mentions).toEqual([ada, team]);
    expect(late?.story).toHaveLength(2);
  });

  it.each([
    [
      'acknowledged',
      someIncident({
        state: { kind: 'acknowledged', since: noon, by: { platform: 'slack', id: 'U1', name: 'Ada' }, endsAt: null },
      }),
    ],
    ['resolved', someIncident({ state: { kind: 'resolved', since: noon, by: 'recovered' } })],
  ])('is left alone when it is %s', (_what, incident) => {
    expect(stepsAfter(60 * minute, incident)).toBeUndefined();
  });

  it('is left alone while something keeps it quiet', () => {
    expect(stepsAfter(60 * minute, someIncident(), [route], true)).toBeUndefined();
  });

  it('counts anew from when it was opened again', () => {
    const again = someIncident({ state: { kind: 'open', since: noon + 50 * minute } });
    expect(stepsAfter(55 * minute, again)).toBeUndefined();
    expect(stepsAfter(60 * minute, again)?.escalation.steps).toBe(1);
  });

  it('is said again as often as the route wants, to those of the last step', () => {
    const again = { ...route, repeatMs: 60 * minute };
    const taken = someIncident({ escalation: { steps: 2, lastAt: noon } });
    expect(stepsAfter(59 * minute, taken, [again])).toBeUndefined();
    const reminded = stepsAfter(60 * minute, taken, [again]);
    expect(reminded?.story.at(-1)).toMatchObject({
      isLoud: true,
      mentions: [team],
      text: expect.stringContaining('still open after 1 h'),
    });
    expect(stepsAfter(61 * minute, reminded, [again])).toBeUndefined();
  });
});
