import { formatDuration } from '../core/format.ts';
import type { Incident } from '../core/incident.ts';
import type { Mention } from '../core/mention.ts';
import type { Rules } from '../core/routing.ts';
import { routeOf } from './route.ts';
import { seen, withChapter } from './story.ts';

/**
 * What nobody has acknowledged in time: the next step of its route is taken, or people are told again. Each is a chapter of the
 * story, so that it is told once to everybody it concerns, whatever happens to this process. `isQuiet` says of whom nobody is to
 * hear now.
 */
export function escalated(
  incidents: readonly Incident[],
  rules: Rules,
  isQuiet: (incident: Incident) => boolean,
  now: number,
): readonly Incident[] {
  if (rules.routes.length === 0) return [];
  return incidents.flatMap((incident) => {
    if (incident.state.kind !== 'open' || isQuiet(incident)) return [];
    const next = stepped(incident, incident.state.since, rules, now);
    return next === null ? [] : [next];
  });
}

function stepped(incident: Incident, since: number, rules: Rules, now: number): Incident | null {
  const route = routeOf(incident, rules);
  if (route === null) return null;
  const { steps, lastAt } = incident.escalation;
  const due = route.escalate.filter((step, at) => at >= steps && now >= since + step.afterMs);
  const waited = formatDuration(Math.max(0, now - since));
  if (due.length > 0) {
    const mentions = due.flatMap((step) => step.mention);
    const escalation = { steps: steps + due.length, lastAt: now };
    const text = `nobody has acknowledged it for ${waited}: step ${escalation.steps} of ${route.escalate.length}`;
    return withChapter({ ...incident, escalation }, { ...seen(now, text, true), mentions });
  }
  if (route.repeatMs === null || now < (lastAt ?? since) + route.repeatMs) return null;
  const mentions: readonly Mention[] = route.escalate[steps - 1]?.mention ?? [];
  const text = `it is still open after ${waited}, and nobody has acknowledged it`;
  return withChapter({ ...incident, escalation: { steps, lastAt: now } }, { ...seen(now, text, true), mentions });
}
