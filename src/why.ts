import type { IncidentStore } from './core/store.ts';
import type { AskWhy } from './core/why.ts';
import type { Surroundings } from './incidents/quiet.ts';
import { type WhyInput, whyOf } from './incidents/why.ts';

export type AskWhyOptions = Pick<WhyInput, 'routing' | 'troubleOf'> & {
  readonly incidents: Pick<IncidentStore, 'remember'>;
  readonly around: (incidents: Surroundings['incidents']) => Surroundings;
};

/** Reads what was told and is owed, and says why. */
export function createAskWhy({ incidents, around, ...rest }: AskWhyOptions): AskWhy {
  return async (id) => {
    const { open, told, owed } = await incidents.remember([id]);
    const incident = open.find((one) => one.id === id);
    return incident === undefined ? null : whyOf(incident, { ...around(open), ...rest, told, owed });
  };
}
