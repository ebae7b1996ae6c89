import { RateLimiterMemory } from 'rate-limiter-flexible';
import { commandAt, isNearlyCommand, nearestCommand, parseLine } from './commands/parse-line.ts';
import { type AuditHead, formatHead } from './core/audit.ts';
import type { ChatEvent, Conversation, Request, Show } from './core/chat.ts';
import { type Command, usageOf } from './core/command.ts';
import { messageOf, UpstreamError, UsageError } from './core/errors.ts';
import type { Log } from './core/log.ts';
import { mayActAs, type Person, type Role } from './core/person.ts';
import { type Reply, say } from './core/reply.ts';
import type { Telemetry } from './core/telemetry.ts';
import type { Recorder } from './record.ts';

export type ConverseOptions = {
  readonly commands: readonly Command[];
  /** Asked anew each time something is wanted. */
  readonly roleOf: (event: Pick<ChatEvent, 'person' | 'standing'>) => Role;
  readonly record: Recorder;
  readonly telemetry: Telemetry;
  readonly now: () => number;
  readonly log: Log;
};

export type Converse = Conversation & {
  /** The same corridor for callers that want failures thrown (HTTP): `UsageError`, `UpstreamError`. Their door counts them. */
  run(event: ChatEvent, signal: AbortSignal): Promise<Reply>;
};

/** Requests a person may make in a minute. */
const requestsPerMinute = 60;

/** Somebody asked for something their role does not allow. */
class RefusedError extends UsageError {}

/** Corridor 2: what somebody said -> a command under its role, on record -> a reply. */
export function createConverse({ commands, roleOf, record, telemetry, now, log }: ConverseOptions): Converse {
  const limiter = new RateLimiterMemory({ points: requestsPerMinute, duration: 60 });

  async function run(event: ChatEvent, signal: AbortSignal, show: Show): Promise<Reply> {
    const { person } = event;
    const role = roleOf(event);
    const reading = read(commands, event.request);
    const { command } = reading;
    const startedAt = now();
    const name = command.path.join(' ');
    let line: AuditHead | null = null;
    const report = (outcome: Parameters<Telemetry['command']>[1]): void => {
      telemetry.command(name, outcome, now() - startedAt);
      const who = { platform: person.platform, person: person.id, name: person.name, role, via: event.via };
      const audit = line === null ? {} : { audit: formatHead(line) };
      log.info('command', { command: name, ...who, effect: command.effect, outcome, ...audit });
    };
    try {
      const isAllowed = mayActAs(role, command.role);
      const input = isAllowed ? check(command, reading.values) : null;
      line = await putOnRecord(event, reading, role);
      if (!isAllowed) throw new RefusedError(refusal(command, event));
      const soon = AbortSignal.any([signal, AbortSignal.timeout(command.deadlineMs)]);
      const reply = await command.run(input, { by: person, role, show }, soon);
      report('ok');
      return reply;
    } catch (error) {
      report(error instanceof RefusedError ? 'refused' : error instanceof UsageError ? 'usage' : 'failed');
      throw error;
    }
  }

  /** What changes something, or is not for everybody, is on record before it happens; what can't be put there does not happen. */
  async function putOnRecord(event: ChatEvent, { command, values }: Reading, role: Role): Promise<AuditHead | null> {
    if (command.effect === 'read' && command.role === 'viewer') return null;
    const outcome = mayActAs(role, command.role) ? 'allowed' : 'refused';
    return record(event, { role, command: command.path.join(' '), values, outcome });
  }

  async function admit({ platform, id }: Person): Promise<void> {
    await limiter.consume(`${platform}:${id}`).catch(() => {
      throw new UsageError('That is more than I take from one person in a minute. Try again shortly.');
    });
  }

  return {
    run: (event, signal) => run(event, signal, async () => {}),
    async handle(event, show, signal) {
      try {
        await admit(event.person);
        await show(await run(event, signal, show));
      } catch (error) {
        await show(apology(error, log));
      }
    },
    async complete(path, option, typed, signal) {
      const command = commands.find((candidate) => candidate.path.join(' ') === path.join(' '));
      return command === undefined ? [] : (await command.complete(option, typed, signal)).slice(0, 25);
    },
    formOf(path, asks) {
      const command = commands.find((candidate) => candidate.path.join(' ') === path.join(' '));
      const asked = (command?.options ?? []).filter(({ name }) => asks.includes(name));
      return asked.map(({ name, summary, required, choices }) => ({ option: name, label: summary, required, choices }));
    },
  };
}

type Reading = { readonly command: Command; readonly values: Readonly<Record<string, string>> };

/** What was asked for. A mention that names no command is a question; a line that names none gets the nearest one. */
function read(commands: readonly Command[], request: Request): Reading {
  if (request.kind === 'command') {
    const command = commands.find((candidate) => candidate.path.join(' ') === request.path.join(' '));
    if (command === undefined) throw new UsageError(suggestion(commands, request.path.join(' ')));
    return { command, values: request.values };
  }
  if (request.kind === 'mention' && isQuestion(commands, request.text)) {
    const ask = commands.find((command) => command.path[0] === 'ask');
    if (ask !== undefined) return { command: ask, values: { question: request.text } };
  }
  const parsed = parseLine(commands, request.text);
  if (parsed.kind === 'command') return parsed;
  if (parsed.kind === 'unknown') throw new UsageError(suggestion(commands, parsed.word));
  throw new UsageError(`${parsed.because}\nUsage: ${usageOf(parsed.command)}`);
}

/** Words addressed to the bot are a command when they begin with one and fit it, or nearly are one; else they are a question. */
function isQuestion(commands: readonly Command[], text: string): boolean {
  const words = text.trim().split(/\s+/).filter(Boolean);
  if (words.length === 0) return false;
  const parsed = parseLine(commands, text);
  if (parsed.kind === 'command') return false;
  if (commandAt(commands, text) !== null) return words.length > 3;
  if (isNearlyCommand(commands, text)) return false;
  return words.length > 2 || nearestCommand(commands, text) === null;
}

function suggestion(commands: readonly Command[], typed: string): string {
  const nearest = nearestCommand(commands, typed);
  const shown = typed.length > 80 ? `${typed.slice(0, 80)}…` : typed;
  if (nearest === null)
    return `"${shown}" is not a command. "/ops help" lists what you can use; "/ops ask <question>" takes your own words.`;
  return `"${shown}" is not a command. Did you mean "${nearest.path.join(' ')}"?\nUsage: ${usageOf(nearest)}`;
}

function check(command: Command, values: Readonly<Record<string, string>>): unknown {
  const parsed = command.input.safeParse(values);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => [issue.path.join('.'), issue.message].filter(Boolean).join(': '));
  throw new UsageError(`${problems.join('; ')}\nUsage: ${usageOf(command)}`);
}

function refusal(command: Command, { person, standing }: ChatEvent): string {
  const variable = command.role === 'admin' ? 'ADMINS' : 'RESPONDERS';
  const add = `Whoever runs this bot can add you: ${variable}=${person.platform}:${person.id}`;
  const unsure =
    standing.unsure === null ? '' : `Whether you are in a group that may is not known: ${standing.unsure}. `;
  return `"${command.path.join(' ')}" is for ${command.role}s. ${unsure}${add}`;
}

/** What a person is told when it did not work; the details are in the log and never in a chat. */
function apology(error: unknown, log: Log): Reply {
  if (error instanceof UsageError) return say(error.message, { onlyYou: true });
  if (error instanceof UpstreamError) {
    log.warn('an answer failed upstream', { error });
    const again = error.retryable ? ' Trying again later may help.' : '';
    return say(`I could not answer: ${error.message}.${again}`.replace('..', '.'));
  }
  if (error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError'))
    return say('That took too long and was given up. Try again, or ask for less.');
  log.error('an answer failed', { error, reason: messageOf(error) });
  return say('Something broke on my side. The log of the bot has the details.');
}
