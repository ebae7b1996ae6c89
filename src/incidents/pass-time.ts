import { type Incident, isOpen } from '../core/incident.ts';
import { withoutOldAcks } from './advance.ts';
import { escalated } from './escalate.ts';
import { createHeld, createOutlasted, createQuiet, type Surroundings } from './quiet.ts';
import { afterSilence } from './silence.ts';
import { seen, withChapter } from './story.ts';

/**
 * What time alone does to incidents: acknowledgements run out, silences and maintenance windows end, and what nobody has
 * acknowledged in time is escalated. Gives those that changed.
 */
export function passTime({ incidents, rules, silences, now }: Surroundings): readonly Incident[] {
  const all = new Map(incidents.map((incident) => [incident.id, incident]));
  const changed = new Set<string>();
  const keep = (some: readonly Incident[]): void => {
    for (const incident of some) {
      all.set(incident.id, incident);
      changed.add(incident.id);
    }
  };
  const current = (): readonly Incident[] => [...all.values()];
  keep(withoutOldAcks(current(), now));
  keep(afterSilence(current(), silences, now));
  const quietOf = createQuiet({ incidents: current(), rules, silences, now });
  const outlasted = createOutlasted(rules, now);
  keep(
    current().flatMap((incident) => {
      const text = isOpen(incident) && quietOf(incident) === null ? outlasted(incident) : null;
      if (text === null || incident.story.some((chapter) => chapter.text === text)) return [];
      return [withChapter(incident, seen(now, text, true))];
    }),
  );
  const heldUntil = createHeld(rules, now);
  keep(escalated(current(), rules, (incident) => heldUntil(incident) !== null || quietOf(incident) !== null, now));
  return [...changed].flatMap((id) => all.get(id) ?? []);
}
