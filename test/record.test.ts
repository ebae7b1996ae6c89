import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createConverse } from '../src/converse.ts';
import type { ChatEvent } from '../src/core/chat.ts';
import { type Command, defineCommand } from '../src/core/command.ts';
import { UpstreamError } from '../src/core/errors.ts';
import { hiderOf } from '../src/core/hide-secrets.ts';
import { silentLog } from '../src/core/log.ts';
import { noStanding, type Role } from '../src/core/person.ts';
import { type Reply, say } from '../src/core/reply.ts';
import { createRecorder } from '../src/record.ts';
import { memoryAudit, quietTelemetry } from './small-things.ts';

/** A command that notes how long the record was when it ran. */
function probe(path: Command['path'], effect: Command['effect'], role: Role, ran: string[], length: () => number) {
  return defineCommand({
    ...{ path, effect, role, summary: 'x' },
    options: [{ name: 'text', summary: 'x', required: true, choices: [], completes: false }],
    input: z.object({ text: z.string().min(3, 'too short') }),
    run: async ({ text }) => {
      ran.push(`${text} behind ${length()} lines`);
      return say('done');
    },
  });
}

function house(has: () => Role = () => 'responder', secrets: readonly string[] = []) {
  const audit = memoryAudit();
  const ran: string[] = [];
  const shown: Reply[] = [];
  const length = () => audit.entries.length;
  const conversation = createConverse({
    commands: [
      probe(['look'], 'read', 'viewer', ran, length),
      probe(['note'], 'write', 'viewer', ran, length),
      probe(['peek'], 'read', 'responder', ran, length),
      probe(['ack'], 'write', 'responder', ran, length),
      probe(['drop'], 'write', 'admin', ran, length),
    ],
    roleOf: has,
    record: createRecorder({ audit, hide: hiderOf(secrets), now: () => 5 }),
    ...{ telemetry: quietTelemetry, now: () => 0, log: silentLog },
  });
  const event = (path: string, values: Record<string, string>): ChatEvent => ({
    id: 'e1',
    person: { platform: 'slack', id: 'U1', name: 'Ada' },
    standing: noStanding,
    at: { platform: 'slack', channel: 'C1', thread: null },
    via: 'button',
    request: { kind: 'command', path: [path], values },
  });
  const ask = async (path: string, values: Record<string, string> = { text: 'all' }, more: Partial<ChatEvent> = {}) => {
    const show = async (reply: Reply) => void shown.push(reply);
    await conversation.handle({ ...event(path, values), ...more }, show, AbortSignal.timeout(5_000));
    return shown.at(-1)?.summary ?? '';
  };
  return {
    audit,
    ran,
    ask,
    run: (path: string) => conversation.run(event(path, { text: 'all' }), AbortSignal.timeout(5_000)),
  };
}

describe('the record', () => {
  it('has who did what by which door, before it is done', async () => {
    const { audit, ran, ask } = house();
    expect(await ask('ack')).toBe('done');
    expect(ran).toEqual(['all behind 1 lines']);
    expect(audit.entries).toEqual([
      {
        at: 5,
        person: { platform: 'slack', id: 'U1', name: 'Ada' },
        role: 'responder',
        via: 'button',
        channel: 'C1',
        command: 'ack',
        values: { text: 'all' },
        outcome: 'allowed',
      },
    ]);
  });

  it.each([
    ['look', []],
    ['note', ['note allowed']],
    ['peek', ['peek allowed']],
    ['ack', ['ack allowed']],
    ['drop', ['drop refused']],
  ])('of "%s" by a responder has %j', async (path, lines) => {
    const { audit, ran, ask } = house();
    await ask(path);
    expect(audit.entries.map(({ command, outcome }) => `${command} ${outcome}`)).toEqual(lines);
    expect(ran).toHaveLength(lines[0]?.endsWith('refused') === true ? 0 : 1);
  });

  it('has no line of what could not be understood, and one of what is refused, understood or not', async () => {
    const { audit, ask } = house();
    expect(await ask('ack', { text: 'x' })).toContain('too short');
    expect(await ask('drop', { text: 'x' })).toContain('is for admins');
    expect(audit.entries.map(({ command }) => command)).toEqual(['drop']);
  });

  it('that can not be written to lets nothing happen, and says so', async () => {
    const { audit, ran, ask, run } = house();
    audit.failWith = new UpstreamError('database', 'SQLite could not add a line: the disk is full', {
      retryable: true,
    });
    const words = 'because it could not be put on record: SQLite could not add a line: the disk is full';
    expect(await ask('ack')).toBe(`I could not answer: "ack" was not done, ${words}. Trying again later may help.`);
    expect(await ask('drop')).toContain(`"drop" was not done, ${words}`);
    await expect(run('ack')).rejects.toMatchObject({ name: 'UpstreamError', service: 'database', retryable: true });
    expect(ran).toEqual([]);
    // What changes nothing goes on.
    expect(await ask('look')).toBe('done');
  });

  it('holds no secret, and of a long text the beginning', async () => {
    const { audit, ask } = house(() => 'admin', ['hush hush']);
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`n${index}`, 'x']));
    const name = `Ada hush hush ${'x'.repeat(1_000)}`;
    const person = { platform: 'slack', id: 'U1', name };
    await ask('ack', { text: `${'é'.repeat(295)} hush hush`, url: 'https://h/?k=hush%20hush', ...many }, { person });
    const [line] = audit.entries;
    expect(JSON.stringify(line)).not.toContain('hush');
    expect(line?.values.text).toHaveLength(300);
    expect(line?.values.url).toBe('https://h/?k=[secret]');
    expect(Object.keys(line?.values ?? {})).toHaveLength(20);
    expect(line?.person.name).toMatch(/^Ada \[secret\] x+…$/);
    expect(line?.person.name).toHaveLength(100);
  });
});

describe('a role', () => {
  it('is asked for anew each time something is wanted', async () => {
    let role: Role = 'admin';
    const { audit, ask } = house(() => role);
    await ask('drop');
    role = 'viewer';
    await ask('drop');
    role = 'admin';
    await ask('drop');
    expect(audit.entries.map((line) => `${line.role} ${line.outcome}`)).toEqual([
      'admin allowed',
      'viewer refused',
      'admin allowed',
    ]);
  });

  it.each([
    ['ack', 'RESPONDERS'],
    ['drop', 'ADMINS'],
  ])('that "%s" needs is given by %s, and what is not known of somebody is said', async (path, variable) => {
    const { ask } = house(() => 'viewer');
    expect(await ask(path)).toMatch(new RegExp(`s\\. Whoever runs this bot can add you: ${variable}=slack:U1$`));
    const standing = { ...noStanding, unsure: 'Slack did not answer in time' };
    expect(await ask(path, { text: 'all' }, { standing })).toContain(
      'Whether you are in a group that may is not known: Slack did not answer in time. Whoever',
    );
  });
});
