import { z } from 'zod';
import { messageOf, UpstreamError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import type { Standing } from '../../core/person.ts';
import type { Api } from './api.ts';

/** Who is in a group is believed for this long. */
const freshMs = 30_000;
/** A person waits for this answer before theirs. */
const patienceMs = 3_000;
/** Slack takes some twenty of these questions a minute: after one that failed it is left alone for a moment. */
const restMs = 5_000;

const membersSchema = z.object({ users: z.array(z.string()) });

export type StandingsOptions = {
  readonly api: Pick<Api, 'call'>;
  /** The groups that roles are given to; no other is asked about. */
  readonly groups: readonly string[];
  readonly log: Log;
  readonly now: () => number;
};

/** What Slack said, when it was asked (epoch ms) and how long that is believed. `because` says why it told nothing. */
type Answer = {
  readonly users: ReadonlySet<string>;
  readonly because: string | null;
  readonly at: number;
  readonly forMs: number;
};

/** Where somebody stands who speaks in a channel. Never throws: a group of which Slack tells nothing has nobody in it. */
export type StandingOf = (user: string, channel: string, signal: AbortSignal) => Promise<Standing>;

export function createStandings({ api, groups, log, now }: StandingsOptions): StandingOf {
  const last = new Map<string, Answer>();
  const asking = new Map<string, Promise<Answer>>();

  async function ask(usergroup: string, signal: AbortSignal): Promise<Answer> {
    const call = { method: 'usergroups.users.list', what: 'the question who is in a user group', args: { usergroup } };
    const soon = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
    const at = now();
    try {
      const { users } = await api.call(call, membersSchema, soon);
      return { users: new Set(users), because: null, at, forMs: freshMs };
    } catch (error) {
      const forMs = Math.max(restMs, (error instanceof UpstreamError ? error.retryAfterMs : null) ?? 0);
      return { users: new Set(), because: messageOf(error), at, forMs };
    }
  }

  /** One question at a time and group, however many wait for its answer. A clock that was set back makes no answer last longer. */
  async function membersOf(group: string, signal: AbortSignal): Promise<Answer> {
    const before = last.get(group);
    const age = before === undefined ? -1 : now() - before.at;
    if (before !== undefined && age >= 0 && age < before.forMs) return before;
    const running = asking.get(group) ?? ask(group, signal).finally(() => asking.delete(group));
    asking.set(group, running);
    const answer = await running;
    const { because } = last.get(group) ?? { because: null };
    if (answer.because !== null && answer.because !== because)
      log.warn('nobody acts by their user group, for who is in it is not known', { group, because: answer.because });
    last.set(group, answer);
    return answer;
  }

  return async (user, channel, signal) => {
    const answers = await Promise.all(groups.map(async (id) => ({ id, ...(await membersOf(id, signal)) })));
    return {
      groups: answers.filter(({ users }) => users.has(user)).map(({ id }) => id),
      channels: isDirect(channel) ? [] : [channel],
      unsure: answers.find(({ because }) => because !== null)?.because ?? null,
    };
  };
}

function isDirect(channel: string): boolean {
  return channel.startsWith('D');
}
