import { z } from 'zod';
import { type Command, defineCommand } from '../core/command.ts';
import { UsageError } from '../core/errors.ts';
import { formatTime } from '../core/format.ts';
import { partsOf } from '../core/incident.ts';
import type { IncidentControl } from '../core/incident-control.ts';
import { say } from '../core/reply.ts';
import type { Matcher, SilenceControl } from '../core/silence.ts';
import type { Situation } from '../core/situation.ts';
import { matcherOf, matches, matchWords } from '../incidents/silence.ts';
import { entityNames } from './entity-names.ts';
import { actorOf, openIncidents } from './incident-option.ts';
import { unreasonedMs, untilOf } from './silence-words.ts';
import { matching, watchOption } from './watch-option.ts';

export type SilenceDeps = {
  readonly silences: SilenceControl;
  readonly incidents: IncidentControl;
  readonly watches: readonly string[];
  readonly situation: () => Situation;
  readonly timeZone: string;
  readonly now: () => number;
};

const durations = ['30m', '1h', '4h', '12h', '1d', '7d', 'morning'];

/** For a while nobody is told: of an incident's entity, or of all that have a name with `*` for anything in it. */
export function createSilenceAdd({ silences, incidents, watches, situation, timeZone, now }: SilenceDeps): Command {
  /** What is silenced, and whether it is something that is there now. */
  async function meant(what: string, watch: string | null): Promise<{ match: Matcher; isKnown: boolean }> {
    const incident = /^[\w-]{1,64}$/.test(what) ? await incidents.find(what) : null;
    if (incident !== null) return { match: matcherOf(incident), isKnown: true };
    const open = (await incidents.open()).flatMap(partsOf).filter((part) => matches(watch, part.watch));
    const names = [...entityNames(situation(), watch), ...open.map(({ entity }) => entity)];
    const isKnown = names.some((name) => matches(what, name));
    return { match: { watch, entity: what, kind: null, severity: null }, isKnown };
  }

  return defineCommand({
    path: ['silence', 'add'],
    summary: 'Tell nobody of an incident, or of entities by name, for a while',
    effect: 'write',
    role: 'responder',
    options: [
      {
        name: 'incident',
        summary: 'an incident, or the name of an entity, with * for anything: web-*',
        required: true,
        choices: [],
        completes: true,
        oneWord: true,
      },
      {
        name: 'for',
        summary: 'how long: 30m, 1h, 2d or morning',
        required: true,
        choices: [],
        completes: true,
        oneWord: true,
      },
      {
        name: 'reason',
        summary: 'why; for more than a day it has to be given',
        required: false,
        choices: [],
        completes: false,
      },
      watchOption,
    ],
    input: z.strictObject({
      incident: z.string().trim().min(1, 'Say what, for instance web-1 or web-*.').max(200),
      for: z.string().trim().min(1, 'Say how long, for instance 1h.').max(50),
      reason: z.string().trim().max(300, 'The reason has over 300 characters.').default(''),
      watch: z.string().trim().max(50).optional(),
    }),
    run: async ({ incident, for: lasting, reason, watch }, context) => {
      const until = untilOf(lasting, now(), timeZone);
      if (until - now() > unreasonedMs && reason === '')
        throw new UsageError('For more than a day say why: --reason "…"');
      if (watch !== undefined && !watches.includes(watch)) throw new UsageError(`There is no watch "${watch}".`);
      const { match, isKnown } = await meant(incident, watch ?? null);
      const silence = await silences.add({ match, until, by: actorOf(context), reason });
      const text = `Nobody is told of ${matchWords(match)} until ${formatTime(until)}. "silence end ${silence.id}" ends it before.`;
      const doubt = isKnown ? '' : ' Nothing that is watched now has that name: is it written as it should be?';
      return { ...say(`${text}${doubt}`, { onlyYou: true }), data: { silence } };
    },
    complete: async (option, typed) => {
      if (option === 'incident')
        return [...(await openIncidents(incidents, typed)), ...matching(entityNames(situation()), typed)];
      return matching(option === 'for' ? durations : watches, typed);
    },
  });
}
