import { formatValue } from '../core/format.ts';
import type { Incident } from '../core/incident.ts';
import type { Demotion, TriageModel, Verdict } from '../core/triage.ts';
import { createRandom } from '../detection/random.ts';
import { neededReal } from './cutoff.ts';
import { stamp } from './stamp.ts';

/** So much of what would be demoted is shown all the same, so that people go on saying what it is. */
export const exploredShare = 0.1;

/**
 * Whether an incident's card may be in the digest, at one look. Never one that is critical or without data; only one that is less
 * likely real than the cutoff of a model with labels enough to bear that; and of those one in ten is shown, chosen by its id: the
 * same answer whenever it is asked, and none that its features could tell. What is shown stays shown: whoever asks again asks of
 * what is demoted. Whether the watch demotes at all is for its admin.
 */
export function mayDemote(
  incident: Pick<Incident, 'id' | 'kind' | 'severity'>,
  { probability }: Verdict,
  { cutoff, trainedOn }: Pick<TriageModel, 'cutoff' | 'trainedOn'>,
): Demotion {
  const show = (because: string): Demotion => ({ kind: 'shown', because, shownShare: 1 });
  if (incident.kind === 'no data') return show('what gives no data is always shown');
  if (incident.severity === 'critical') return show('what is critical is always shown');
  if (!cutoff.isProven)
    return show(
      `of real ones ${trainedOn.labels.real} are labelled, and it takes ${neededReal} at least to be sure that hardly one is missed`,
    );
  const said = `it is ${percent(probability)} likely to be real`;
  const limit = percent(cutoff.below);
  // A probability that is no number is not below anything.
  if (!(probability < cutoff.below)) return show(`${said}, and what is under ${limit} is demoted`);
  if (isExplored(incident.id))
    return {
      kind: 'explored',
      because: `${said}, less than ${limit}, and one in ten of those is shown so that people can say what it is`,
      shownShare: exploredShare,
    };
  return { kind: 'demoted', because: `${said}, less than ${limit}`, shownShare: exploredShare };
}

function isExplored(id: string): boolean {
  return createRandom(stamp(id)).next() < exploredShare;
}

function percent(share: number): string {
  return formatValue(share * 100, '%');
}
