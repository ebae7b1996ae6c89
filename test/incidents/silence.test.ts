import { describe, expect, it } from 'vitest';
import type { Matcher, Silence } from '../../src/core/silence.ts';
import { createRandom } from '../../src/detection/random.ts';
import { afterSilence, isMeant, matches, matchWords, silenceOf } from '../../src/incidents/silence.ts';
import { anIncident } from '../contracts/store-nouns.ts';

const ada = { platform: 'slack', id: 'U1', name: 'Ada' };
const start = anIncident.openedAt;
const minute = 60_000;
const anything: Matcher = { watch: null, entity: null, kind: null, severity: null };
const silence = (change: Partial<Silence> = {}): Silence => ({
  ...{
    id: 's1',
    match: { ...anything, entity: 'web-*' },
    from: start,
    until: start + 60 * minute,
    by: ada,
    reason: '',
  },
  ended: null,
  copies: null,
  ...change,
});

describe('what a silence is for', () => {
  it.each([
    ['web-1', 'web-1', true],
    ['web-1', 'web-10', false],
    ['web-*', 'web-10', true],
    ['*-1', 'web-1', true],
    ['*', '', true],
    ['w*b-*', 'web-1', true],
    ['a*a', 'a', false],
    ['**', 'x', true],
    ['web.1', 'web-1', false],
    ['.*', 'web', false],
  ])('%s and %s: %s', (pattern, name, is) => {
    expect(matches(pattern, name)).toBe(is);
  });

  it('agrees with a regular expression on ten thousand patterns', () => {
    const random = createRandom(7);
    const word = (): string => Array.from({ length: random.below(6) }, () => 'ab*'[random.below(3)]).join('');
    for (let count = 0; count < 10_000; count += 1) {
      const [pattern, name] = [word(), word().replaceAll('*', 'c')];
      expect(matches(pattern, name), `${pattern} ${name}`).toBe(
        new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(name),
      );
    }
  });

  it('is all that is still wrong in an incident', () => {
    const other = { ...anIncident, entity: 'db-1' };
    const group = { ...anIncident, others: [other] };
    const web = { ...anything, entity: 'web-*' };
    expect(isMeant(web, group)).toBe(false);
    expect(isMeant(web, { ...group, others: [{ ...other, endedAt: 5 }] })).toBe(true);
    expect(isMeant({ ...web, watch: 'services' }, anIncident)).toBe(false);
    expect(isMeant({ ...web, severity: 'critical' }, anIncident)).toBe(false);
    expect(isMeant({ ...web, kind: 'anomaly' }, anIncident)).toBe(true);
  });

  it('is said in words', () => {
    expect(matchWords({ watch: 'hosts', entity: 'web-*', kind: null, severity: 'warning' })).toBe(
      'web-* of hosts, warning only',
    );
    expect(matchWords(anything)).toBe('everything');
  });
});

describe('an incident that is silenced', () => {
  it.each([
    { story: 'while it is on', one: silence(), at: 10, by: 's1' },
    { story: 'not when it is over', one: silence(), at: 60, by: undefined },
    {
      story: 'not when it was ended',
      one: silence({ ended: { at: start + 5 * minute, by: ada } }),
      at: 10,
      by: undefined,
    },
    {
      story: 'not when it is for another',
      one: silence({ match: { ...anything, entity: 'db-*' } }),
      at: 10,
      by: undefined,
    },
  ])('is quiet $story', ({ one, at, by }) => {
    expect(silenceOf(anIncident, [one], start + at * minute)?.id).toBe(by);
  });

  it('is heard of again when the silence is over and it is not, once', () => {
    const heard = (at: number, known = anIncident, all = [silence()]) =>
      afterSilence([known], all, start + at * minute);
    expect(heard(59)).toEqual([]);
    const [back] = heard(60);
    expect(back?.story.at(-1)).toMatchObject({ isLoud: true, text: 'the silence s1 ended and it is not over' });
    expect(back === undefined ? [] : heard(61, back)).toEqual([]);
    expect(heard(60, { ...anIncident, state: { kind: 'resolved', since: start, by: 'recovered' } })).toEqual([]);
    expect(heard(60, anIncident, [silence(), silence({ id: 's2', until: start + 90 * minute })])).toEqual([]);
    expect(heard(60, { ...anIncident, openedAt: start + 61 * minute })).toEqual([]);
  });
});
