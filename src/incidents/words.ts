import { type Ending, type Part, placeOf, type Severity } from '../core/incident.ts';
import { chatWatch } from '../core/names.ts';

/** So many of those that broke together are named. */
const mostNamed = 5;

/** What began, or got worse. */
export function worseText(part: Part, severity: Severity): string {
  return `${whatOf(part)} ${placeOf(part)}: ${severity}`;
}

/** What else broke, by name as long as they are few. */
export function joinedText(parts: readonly Part[]): string {
  return `${namesOf(parts)} broke as well`;
}

export function partEndedText(part: Part, ending: Ending): string {
  if (ending === 'gone') return `${placeOf(part)} is gone for good`;
  if (ending === 'no longer watched') return `${placeOf(part)} is no longer watched`;
  if (part.kind === 'alert') return `the alert ${part.alert?.name ?? ''} of ${placeOf(part)} ended`;
  return part.kind === 'no data' ? `${placeOf(part)} is back` : `${placeOf(part)} is normal again`;
}

/** "web-1, web-2 and 7 more". */
export function namesOf(parts: readonly Part[]): string {
  const names = [...new Set(parts.map(({ entity }) => entity))];
  const more = names.length - mostNamed;
  return `${names.slice(0, mostNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** What is wrong, as the beginning of a title. */
export function whatOf(part: Part): string {
  if (part.watch === chatWatch) return 'no connection to';
  if (part.kind === 'no data') return 'no data from';
  return part.kind === 'alert' ? `${part.alert?.name ?? 'alert'} on` : 'anomaly on';
}
