import { describe, expect, it } from 'vitest';
import type { Incident } from '../../src/core/incident.ts';
import { noRules, type Rules } from '../../src/core/routing.ts';
import type { Matcher, Silence } from '../../src/core/silence.ts';
import { passTime } from '../../src/incidents/pass-time.ts';
import { createQuiet, createTelling } from '../../src/incidents/quiet.ts';
import { noon, someIncident } from './some-incident.ts';

const hour = 3_600_000;
const anything: Matcher = { watch: null, entity: null, kind: null, severity: null };
const ada = { platform: 'slack', id: 'U1', name: 'Ada' };
const silence: Silence = {
  ...{
    id: 's1',
    match: { ...anything, entity: 'web-*' },
    from: noon,
    until: noon + hour,
    by: ada,
    reason: 'deploy',
    ended: null,
    copies: null,
  },
};
const window = { name: 'backup', match: anything, time: { days: [1], from: 12 * 60, to: 13 * 60, zone: 'UTC' } };
const down = someIncident({ id: 'i0', kind: 'no data', openedAt: noon - 1 });
const inhibit = {
  source: { ...anything, kind: 'no data' as const },
  target: { ...anything, kind: 'anomaly' as const },
  same: 'entity' as const,
};

const quietOf = (
  incident: Incident,
  rules: Partial<Rules>,
  others: readonly Incident[] = [],
  silences: readonly Silence[] = [],
  now = noon,
) => createQuiet({ incidents: [incident, ...others], rules: { ...noRules, ...rules }, silences, now })(incident);

describe('what keeps an incident quiet', () => {
  it('is nothing where there are no rules', () => {
    expect(quietOf(someIncident(), {}, [down])).toBeNull();
  });

  it.each([
    ['a silence', { maintenance: [window] }, [silence], 'Ada silenced it: deploy', noon + hour],
    ['a window every week', { maintenance: [window] }, [], 'it is in the maintenance window "backup"', noon + hour],
    [
      'a window once',
      { maintenance: [{ ...window, time: { from: noon, until: noon + 5 } }] },
      [],
      'it is in the maintenance window "backup"',
      noon + 5,
    ],
    ['what explains it', { inhibit: [inhibit] }, [], 'incident i0 explains it', null],
  ] as const)('is %s', (_what, rules, silences, because, until) => {
    expect(quietOf(someIncident(), rules, [down], silences)).toEqual({ because, until });
  });

  it.each([
    ['a window that is over', { maintenance: [{ ...window, time: { from: 0, until: noon } }] }, down],
    ['a window for others', { maintenance: [{ ...window, match: { ...anything, watch: 'api' } }] }, down],
    ['what is wrong with another entity', { inhibit: [inhibit] }, { ...down, entity: 'web-2' }],
    [
      'what is over',
      { inhibit: [inhibit] },
      { ...down, state: { kind: 'resolved' as const, since: noon, by: 'recovered' as const } },
    ],
  ])('is not %s', (_what, rules, other) => {
    expect(quietOf(someIncident(), rules, [other])).toBeNull();
  });

  it('hides only what is explained altogether', () => {
    const part = someIncident({ entity: 'db-1' });
    const both = someIncident({ others: [part] });
    expect(quietOf(both, { inhibit: [inhibit] }, [down])).toBeNull();
    expect(quietOf(both, { inhibit: [{ ...inhibit, same: null }] }, [down])).not.toBeNull();
  });

  it('tells one of two that would hide each other', () => {
    const rule = { source: anything, target: anything, same: null };
    const [first, second] = [someIncident({ id: 'a' }), someIncident({ id: 'b', openedAt: noon + 1 })];
    expect(quietOf(first, { inhibit: [rule] }, [second])).toBeNull();
    expect(quietOf(second, { inhibit: [rule] }, [first])).not.toBeNull();
  });
});

describe('quiet hours', () => {
  const rules = { ...noRules, quietHours: { days: [1], from: 12 * 60, to: 14 * 60, zone: 'UTC' } };
  const tellingOf = (incident: Incident, now: number, silences: readonly Silence[] = []) =>
    createTelling({ incidents: [incident], rules, silences, now })(incident);

  it.each([
    [
      'hold a warning until they end',
      someIncident(),
      noon,
      { at: noon + 2 * hour, digest: `quiet-${noon + 2 * hour}` },
    ],
    ['hold nothing that is critical', someIncident({ severity: 'critical' }), noon, 'now'],
    ['hold nothing when they are over', someIncident(), noon + 2 * hour, 'now'],
  ] as const)('%s', (_what, incident, now, telling) => {
    expect(tellingOf(incident, now)).toEqual(telling);
  });

  it('leave to a silence what it keeps quiet', () => {
    expect(tellingOf(someIncident(), noon, [silence])).toBe('not');
  });
});

describe('a maintenance window that ended', () => {
  const rules = { ...noRules, maintenance: [window] };
  const passed = (incident: Incident, now: number) => passTime({ incidents: [incident], rules, silences: [], now });

  it('is told once of what outlasted it', () => {
    const [told] = passed(someIncident({ openedAt: noon + 5 }), noon + hour);
    expect(told?.story.at(-1)).toMatchObject({
      isLoud: true,
      text: expect.stringContaining('"backup" ended at 2026-01-05 13:00:00 UTC'),
    });
    expect(told && passed(told, noon + hour + 60_000)).toEqual([]);
  });

  it.each([
    ['is not told of what began later', someIncident({ openedAt: noon + hour }), noon + hour + 1],
    ['is not told while it goes on', someIncident(), noon + 1],
    ['is not told when it is long over', someIncident(), noon + 3 * hour],
  ])('%s', (_what, incident, now) => {
    expect(passed(incident, now)).toEqual([]);
  });
});
