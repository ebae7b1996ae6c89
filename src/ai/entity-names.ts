import { isCalled } from '../core/entity-name.ts';
import type { Situation } from '../core/situation.ts';

/** The entities whose names stand in a text (in lower case); a name that is a part of a longer one that stands there is not meant. */
export function entitiesIn(text: string, { watches }: Situation): readonly string[] {
  const names = [...new Set(watches.flatMap(({ entities }) => entities.map(({ entity }) => entity)))];
  const said = names.filter((name) => standsIn(text, name.toLowerCase()));
  const whole = said.filter((name) => !said.some((other) => other !== name && other.includes(name)));
  return whole.length > 0 ? whole : names.filter((name) => standsIn(text, shortOf(name, names)));
}

/** Whether a name stands in a text as a word of its own. */
export function standsIn(text: string, name: string): boolean {
  for (let at = text.indexOf(name); name !== '' && at !== -1; at = text.indexOf(name, at + 1)) {
    const around = [text[at - 1] ?? ' ', text[at + name.length] ?? ' '];
    if (around.every((sign) => !/[\w-]/.test(sign))) return true;
  }
  return false;
}

/** Something that is named as a host is ("of web-9", "is db2.example up") without being known; null when there is none. */
export function strangerIn(text: string): string | null {
  const named = /\b(?:of|on|for|is|at|about|host|server|node|machine)\s+([a-z][a-z0-9]*(?:[-.:_]?[a-z0-9]+)*)/g;
  const isName = (word: string): boolean => /[a-z]-?\d/.test(word) && !/^p\d+$/.test(word);
  return [...text.matchAll(named)].map(([, word]) => word ?? '').find(isName) ?? null;
}

/** The name before its first dot or colon, when only one entity has it. */
function shortOf(name: string, names: readonly string[]): string {
  const [short = ''] = name.toLowerCase().split(/[.:]/);
  return names.filter((other) => isCalled(other, short)).length === 1 ? short : '';
}
