import { describe, expect, it } from 'vitest';
import { createConverse } from '../src/converse.ts';
import type { ChatEvent, Request } from '../src/core/chat.ts';
import { hiderOf } from '../src/core/hide-secrets.ts';
import type { Log } from '../src/core/log.ts';
import { silentLog } from '../src/core/log.ts';
import { noStanding, type Person, type Role } from '../src/core/person.ts';
import type { Reply } from '../src/core/reply.ts';
import { createRecorder } from '../src/record.ts';
import { type Bench, commandBench } from './commands/list.ts';
import { memoryAudit, quietRecord, quietTelemetry } from './small-things.ts';

const ada: Person = { platform: 'slack', id: 'U1', name: 'Ada' };

type Heard = {
  readonly shown: Reply[];
  readonly logged: Record<string, unknown>[];
  readonly audit: ReturnType<typeof memoryAudit>;
  readonly outcomes: string[];
};

async function hear(request: Request, role: Role = 'viewer', bench: Bench = commandBench(), times = 1): Promise<Heard> {
  const heard: Heard = { shown: [], logged: [], audit: memoryAudit(), outcomes: [] };
  const log: Log = { ...silentLog, info: (_message, facts) => heard.logged.push({ ...facts }) };
  const converse = createConverse({
    commands: bench.commands,
    roleOf: () => role,
    record: createRecorder({ audit: heard.audit, hide: hiderOf(['hush-hush']), now: () => 5 }),
    telemetry: {
      ...quietTelemetry,
      command: (name, outcome) => heard.outcomes.push(`${name} ${outcome}`),
    },
    now: () => 0,
    log,
  });
  const event: ChatEvent = {
    id: 'e1',
    person: ada,
    standing: noStanding,
    at: { platform: 'slack', channel: 'C1', thread: null },
    via: 'slash',
    request,
  };
  const show = async (reply: Reply): Promise<void> => {
    heard.shown.push(reply);
  };
  for (let count = 0; count < times; count += 1) await converse.handle(event, show, AbortSignal.timeout(5_000));
  return heard;
}

const line = (text: string): Request => ({ kind: 'line', text });
const mention = (text: string): Request => ({ kind: 'mention', text });
const said = (heard: Heard): string => JSON.stringify(heard.shown.at(-1));

describe('a conversation', () => {
  it('runs a typed command and shows its reply once', async () => {
    const heard = await hear(line('query up'));
    expect(heard.shown).toHaveLength(1);
    expect(said(heard)).toContain('up{host=\\"a\\"}');
    expect(heard.outcomes).toEqual(['query ok']);
  });

  it.each([
    { request: line('statsu'), says: 'Did you mean \\"status\\"' },
    { request: line('xylophone concerto'), says: 'is not a command' },
    { request: line('ask'), says: 'Usage: /ops ask <question>' },
    { request: line('ai switch clippy'), says: 'Say one of auto, gemini, openai, fallback', role: 'admin' as const },
    { request: line(`ask ${'x'.repeat(501)}`), says: 'over 500 characters' },
    { request: line('query up --range 2y'), says: 'Usage: /ops query' },
    { request: mention('statsu'), says: 'Did you mean \\"status\\"' },
    { request: mention('ai swich openai'), says: 'Did you mean \\"ai switch\\"' },
    { request: mention('demo brake spike --host web-1'), says: 'Did you mean \\"demo break\\"' },
    { request: { kind: 'command' as const, path: ['ai', 'swich'], values: {} }, says: 'Did you mean \\"ai switch\\"' },
  ])('answers $request with a way on', async ({ request, says, role }) => {
    const heard = await hear(request, role);
    expect(said(heard)).toContain(says);
    expect(heard.shown[0]?.onlyYou).toBe(true);
  });

  it.each([
    ['what is wrong with web-1?', 'You asked: what is wrong with web-1?'],
    ['status of the database servers please', 'You asked: status of the database servers please'],
    ['cpu', 'You asked: cpu'],
    ['ai is broken, why?', 'You asked: ai is broken, why?'],
    ['demo hosts are slow today', 'You asked: demo hosts are slow today'],
    ['status', 'Working with limits'],
    ['ai show', 'AI provider: auto'],
    ['', 'What you can ask for'],
  ])('takes the mention "%s" as it is meant', async (text, says) => {
    expect(said(await hear(mention(text)))).toContain(says);
  });

  it('names who answered and who was passed over', async () => {
    expect(said(await hear(line('ask why')))).toContain(
      'answered by m-1 (openai) · gemini was passed over: it is resting',
    );
  });

  it('refuses what the role does not allow, says who can mend it, and puts it on record', async () => {
    const bench = commandBench();
    const heard = await hear(line('ai switch openai'), 'viewer', bench);
    expect(said(heard)).toContain('ADMINS=slack:U1');
    expect(bench.choice()).toBe('auto');
    expect(heard.outcomes).toEqual(['ai switch refused']);
    const [last] = await heard.audit.newest(1, null);
    const who = { platform: 'slack', person: 'U1', name: 'Ada', role: 'viewer', via: 'slash' };
    const audit = `1:${last?.hash}`;
    expect(heard.logged).toEqual([{ command: 'ai switch', ...who, effect: 'write', outcome: 'refused', audit }]);
  });

  it('keeps a switch durable before it is confirmed', async () => {
    const bench = commandBench();
    expect(said(await hear(line('ai switch openai'), 'admin', bench))).toContain('AI provider: openai');
    expect(bench.settings.get('ai.provider')).toBe('openai');
  });

  it('takes a switch back that could not be kept', async () => {
    const bench = commandBench();
    bench.failSettings();
    expect(said(await hear(line('ai switch openai'), 'admin', bench))).toContain('Something broke on my side');
    expect(bench.choice()).toBe('auto');
  });

  it('lists in help only what the role may use', async () => {
    expect(said(await hear(line('help')))).not.toContain('ai switch');
    expect(said(await hear(line('help'), 'admin'))).toContain('ai switch');
  });

  it('says that nothing matches instead of zero', async () => {
    expect(said(await hear(line('query none')))).toContain('That is not zero');
  });

  it('slows down a person who asks without end', async () => {
    const heard = await hear(line('status'), 'viewer', commandBench(), 61);
    expect(heard.shown.slice(0, 60).every((reply) => reply.summary.startsWith('Working'))).toBe(true);
    expect(said(heard)).toContain('more than I take from one person');
  });

  it('counts people one by one, and leaves who comes through another door to that door', async () => {
    const { commands } = commandBench();
    const parts = {
      commands,
      roleOf: () => 'viewer' as const,
      record: quietRecord,
      telemetry: quietTelemetry,
      now: () => 0,
      log: silentLog,
    };
    const converse = createConverse(parts);
    const summaries: string[] = [];
    const show = async ({ summary }: Reply): Promise<void> => void summaries.push(summary);
    const ask = (id: string): ChatEvent => ({
      id,
      person: { ...ada, id },
      standing: noStanding,
      at: { platform: 'slack', channel: 'C1', thread: null },
      via: 'slash',
      request: line('status'),
    });
    const signal = AbortSignal.timeout(5_000);
    for (let count = 0; count < 61; count += 1) await converse.handle(ask('U1'), show, signal);
    await converse.handle(ask('U2'), show, signal);
    expect(summaries.slice(-2)).toEqual([
      expect.stringContaining('more than I take from one person'),
      expect.stringMatching(/^Working/),
    ]);
    for (let count = 0; count < 61; count += 1)
      expect((await converse.run(ask('U3'), signal)).summary).toMatch(/^Working/);
  });

  it('breaks and heals the simulated cluster for admins only', async () => {
    const bench = commandBench();
    await hear(line('demo break leak web-2'), 'viewer', bench);
    expect(bench.faults).toEqual([]);
    await hear(line('demo break leak web-2'), 'admin', bench);
    expect(bench.faults).toMatchObject([{ kind: 'leak', entity: 'web-2' }]);
    expect(said(await hear(line('demo heal'), 'admin', bench))).toContain('leak on web-2');
  });
});
