import { describe, expect, it } from 'vitest';
import type { Incident, IncidentState } from '../../src/core/incident.ts';
import type { Act } from '../../src/core/incident-control.ts';
import { act } from '../../src/incidents/act.ts';
import { anIncident } from '../contracts/store-nouns.ts';

const ada = { platform: 'slack', id: 'U1', name: 'Ada' };
const bob = { platform: 'discord', id: '42', name: 'Bob' };
const minute = 60_000;
const at = anIncident.openedAt + 10 * minute;
const since = at - 2 * minute;
const states = {
  open: { kind: 'open', since },
  acknowledged: { kind: 'acknowledged', since, by: ada, endsAt: null },
  'running out': { kind: 'acknowledged', since, by: ada, endsAt: at + minute },
  recovered: { kind: 'resolved', since, by: 'recovered' },
  'resolved by Ada': { kind: 'resolved', since, by: ada },
} satisfies Record<string, IncidentState>;
const incident = (state: IncidentState): Incident => ({ ...anIncident, state });

describe('what a person does to an incident', () => {
  it.each<{ state: keyof typeof states; what: Act; by?: typeof ada; outcome: string }>([
    { state: 'open', what: { kind: 'acknowledge' }, outcome: 'acknowledged r2: Bob acknowledged' },
    { state: 'acknowledged', what: { kind: 'acknowledge' }, outcome: 'Ada acknowledged it 2 min ago' },
    { state: 'acknowledged', what: { kind: 'acknowledge' }, by: ada, outcome: 'you acknowledged it 2 min ago' },
    { state: 'running out', what: { kind: 'acknowledge' }, outcome: 'acknowledged r2: Bob acknowledged' },
    { state: 'recovered', what: { kind: 'acknowledge' }, outcome: 'it recovered 2 min ago' },
    { state: 'resolved by Ada', what: { kind: 'acknowledge' }, outcome: 'Ada resolved it 2 min ago' },
    { state: 'open', what: { kind: 'resolve' }, outcome: 'resolved r2: Bob resolved' },
    { state: 'acknowledged', what: { kind: 'resolve' }, outcome: 'resolved r2: Bob resolved' },
    { state: 'resolved by Ada', what: { kind: 'resolve' }, outcome: 'Ada resolved it 2 min ago' },
    { state: 'open', what: { kind: 'label', is: 'noise' }, outcome: 'open r2: Bob called it noise' },
    { state: 'recovered', what: { kind: 'label', is: 'real' }, outcome: 'resolved r2: Bob called it real' },
    { state: 'open', what: { kind: 'note', text: 'silenced it' }, outcome: 'open r2: Bob silenced it' },
  ])('$what.kind when it is $state: $outcome', ({ state, what, by = bob, outcome }) => {
    const acted = act(incident(states[state]), what, by, at);
    const last = acted.incident.story.at(-1);
    const said =
      acted.kind === 'stale'
        ? acted.because
        : `${acted.incident.state.kind} r${acted.incident.revision}: ${last?.by?.name} ${last?.text}`;
    expect(said).toBe(outcome);
    if (acted.kind === 'stale') expect(acted.incident).toEqual(incident(states[state]));
  });

  it('may be thought over: the last label counts, and the same one twice is one', () => {
    const first = act(anIncident, { kind: 'label', is: 'real' }, ada, at);
    const same = act(first.incident, { kind: 'label', is: 'real' }, bob, at);
    expect(same).toMatchObject({ kind: 'stale', because: 'Ada called it real 0 ms ago' });
    const other = act(first.incident, { kind: 'label', is: 'noise' }, bob, at);
    expect(other).toMatchObject({ kind: 'done', incident: { label: { is: 'noise', by: bob } } });
  });

  it('lingers when it is resolved while something is still wrong', () => {
    expect(act(anIncident, { kind: 'resolve' }, ada, at).incident.lingers).toBe(true);
    const over = { ...anIncident, endedAt: at };
    expect(act(over, { kind: 'resolve' }, ada, at).incident.lingers).toBe(false);
  });
});
