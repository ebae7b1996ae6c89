import type { AuditEntry, AuditHead, AuditStore } from './core/audit.ts';
import type { ChatEvent } from './core/chat.ts';
import { messageOf, UpstreamError } from './core/errors.ts';

/** What was decided of an event. */
export type Decision = Pick<AuditEntry, 'role' | 'command' | 'values' | 'outcome'>;

/** Puts a decision on record before anything comes of it. Throws `UpstreamError('database')`, and then nothing may come of it. */
export type Recorder = (event: ChatEvent, decision: Decision) => Promise<AuditHead>;

export type RecorderOptions = {
  readonly audit: Pick<AuditStore, 'append'>;
  /** Takes secrets out of a text. */
  readonly hide: (text: string) => string;
  readonly now: () => number;
};

const mostValues = 20;
const longestName = 100;
const longestValue = 300;

/** The record takes what people wrote, without secrets and no more of it than shows what they meant. */
export function createRecorder({ audit, hide, now }: RecorderOptions): Recorder {
  const bounded = (text: string, most: number): string => cut(hide(text), most);
  return async ({ person, at, via }, { role, command, values, outcome }) => {
    const entry: AuditEntry = {
      at: now(),
      person: {
        platform: person.platform,
        id: bounded(person.id, longestName),
        name: bounded(person.name, longestName),
      },
      role,
      via,
      channel: bounded(at.channel, longestName),
      command,
      values: Object.fromEntries(
        Object.entries(values)
          .slice(0, mostValues)
          .map(([name, value]) => [bounded(name, longestName), bounded(value, longestValue)]),
      ),
      outcome,
    };
    try {
      return await audit.append(entry);
    } catch (error) {
      const retryable = error instanceof UpstreamError && error.retryable;
      const because = `"${command}" was not done, because it could not be put on record: ${messageOf(error)}`;
      throw new UpstreamError('database', because, { retryable, cause: error });
    }
  };
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`;
}
