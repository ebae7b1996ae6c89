import { describe, expect, it } from 'vitest';
import { encodeAction } from '../../src/core/button.ts';
import { say } from '../../src/core/reply.ts';
import { startSidecar } from './start-sidecar.ts';

type Event = { readonly id: string; readonly event: string; readonly data: unknown };

/** The next so many events of a stream. */
async function eventsOf(
  url: string,
  count: number,
  headers: Record<string, string> = {},
): Promise<{ events: Event[]; close(): void }> {
  const ending = new AbortController();
  const response = await fetch(`${url}/console/events`, { headers, signal: ending.signal });
  const reader = (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader();
  const events: Event[] = [];
  let text = '';
  while (events.length < count) {
    const { value, done } = await reader.read();
    if (done) break;
    text += value;
    const parts = text.split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) {
      const fields = Object.fromEntries(part.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)));
      if (fields.data !== undefined) events.push({ id: fields.id, event: fields.event, data: JSON.parse(fields.data) });
    }
  }
  return { events, close: () => ending.abort() };
}

const to = { platform: 'console', channel: 'main', thread: null };
const once = { key: 'notice-1', attemptedAt: null, isLoud: false };
const signal = new AbortController().signal;

describe("the console's page", () => {
  it('is served with all its parts, and again only when it changed', async () => {
    const { get } = await startSidecar();
    const page = await (await get('/')).text();
    const parts = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((match) => match[1] ?? '');
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) {
      const response = await get(part);
      expect(response.status).toBe(200);
      const again = await get(part, { 'if-none-match': response.headers.get('etag') ?? '' });
      expect(again.status).toBe(304);
    }
    expect(page).not.toMatch(/<script>|\sstyle=|\son\w+=/);
  });

  it('knows every command with its usage', async () => {
    const { get, bench } = await startSidecar();
    const commands = (await (await get('/console/commands')).json()) as { name: string; usage: string }[];
    expect(commands.map(({ name }) => name)).toEqual(bench.commands.map(({ path }) => path.join(' ')));
    expect(commands.find(({ name }) => name === 'ai switch')?.usage).toBe('ai switch <auto|gemini|openai|fallback>');
  });

  it('completes values as chat does', async () => {
    const { get } = await startSidecar();
    const query = new URLSearchParams({ command: 'demo break', option: 'host', typed: 'web-2' });
    expect(await (await get(`/console/complete?${query}`)).json()).toEqual(['web-2']);
  });

  it('draws what is watched from what is known', async () => {
    const { get } = await startSidecar();
    expect(await (await get('/console/state')).json()).toMatchObject({ state: 'degraded', simulated: true, open: 0 });
  });
});

describe('a button of the console', () => {
  const button = (path: string, values: Readonly<Record<string, string>>, asks: readonly string[] = []) => ({
    id: `click-${path.replace(' ', '-')}-1`,
    entry: 1,
    action: encodeAction({ path: path.split(' '), values, asks }),
  });

  it('does what its command does, once for the same click, and says it to who clicked', async () => {
    const { post, bench } = await startSidecar();
    const click = button('ai switch', { provider: 'openai' });
    const [first, again] = await Promise.all([post('/console/click', click), post('/console/click', click)]);
    expect(await first.json()).toMatchObject({ kind: 'answer', reply: { summary: expect.stringContaining('openai') } });
    expect(await again.json()).toMatchObject({ kind: 'answer' });
    expect(bench.choice()).toBe('openai');
  });

  it('asks for what its form asks for, and takes no more than that', async () => {
    const { post, bench } = await startSidecar();
    const click = button('ai switch', {}, ['provider']);
    expect(await (await post('/console/click', click)).json()).toMatchObject({
      kind: 'form',
      fields: [{ option: 'provider', required: true, choices: expect.arrayContaining(['openai']) }],
    });
    const written = { provider: 'openai', other: 'thing' };
    expect(await (await post('/console/click', { ...click, written })).json()).toMatchObject({ kind: 'answer' });
    expect(bench.choice()).toBe('openai');
  });

  it.each([
    ['an action that can not be read', { action: '../etc?x=1' }, 200, 'I can not tell any more'],
    ['a command that is none', { action: 'explode?now=1' }, 200, 'is not a command'],
    ['a click without a name', { id: '' }, 400, ''],
  ])('refuses %s', async (_what, change, status, says) => {
    const { post } = await startSidecar();
    const answer = await post('/console/click', { ...button('ai switch', { provider: 'openai' }), ...change });
    expect(answer.status).toBe(status);
    expect(JSON.stringify(await answer.json())).toContain(says);
  });

  it('is no way around the origin check', async () => {
    const { url } = await startSidecar();
    const answer = await fetch(`${url}/console/click`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'https://evil.example' },
      body: JSON.stringify(button('ai switch', { provider: 'openai' })),
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
  });
});

describe('a picture of the console', () => {
  it.each(['/console/pictures/1/0', '/console/pictures/99/0', '/console/pictures/1/-1'])(
    'is not found at %s, where there is none',
    async (path) => {
      const { get, console } = await startSidecar();
      await console.post(to, say('no chart'), once, signal);
      expect((await get(path)).status).toBe(404);
    },
  );
});

describe('the stream of events', () => {
  it('begins with what was said, and tells what is asked, answered, posted and edited', async () => {
    const { url, post, console } = await startSidecar();
    await console.post(to, say('an alert'), once, signal);
    const first = await eventsOf(url, 1);
    first.close();
    expect(first.events[0]).toMatchObject({ event: 'snapshot', data: [{ reply: { summary: 'an alert' } }] });
    const { id } = (await (await post('/console/ask', { id: 'question-1', text: 'anomalies' })).json()) as {
      id: number;
    };
    const second = await eventsOf(url, 2, { 'last-event-id': first.events[0]?.id ?? '' });
    second.close();
    expect(second.events.map(({ data }) => data)).toEqual([
      expect.objectContaining({ id, from: 'person' }),
      expect.objectContaining({ from: 'bot', under: id }),
    ]);
  });

  it('goes on after the last event that a page saw', async () => {
    const { url, console } = await startSidecar();
    const first = await eventsOf(url, 1);
    const ref = await console.post(to, say('an alert'), once, signal);
    first.close();
    const second = await eventsOf(url, 1, { 'last-event-id': first.events[0]?.id ?? '' });
    expect(second.events[0]).toMatchObject({ event: 'entry', data: { id: Number(ref.message) } });
    await console.edit(ref, say('it is over'), signal);
    second.close();
    const third = await eventsOf(url, 1, { 'last-event-id': second.events[0]?.id ?? '' });
    expect(third.events[0]).toMatchObject({
      event: 'entry',
      data: { reply: { summary: 'it is over' }, editedAt: expect.any(Number) },
    });
    third.close();
  });

  it('begins anew for a page of another process', async () => {
    const { url } = await startSidecar();
    const { events, close } = await eventsOf(url, 1, { 'last-event-id': 'deadbeef-7' });
    expect(events[0]?.event).toBe('snapshot');
    close();
  });
});

describe('what is typed', () => {
  it('is asked once, however often the page sends it', async () => {
    const { post, console } = await startSidecar();
    const [first, second] = await Promise.all(
      [1, 2].map(async () => (await post('/console/ask', { id: 'question-1', text: 'status' })).json()),
    );
    expect(first).toEqual(second);
    await expect.poll(async () => (await console.recent(10)).length).toBe(2);
  });

  it.each([
    ['no words', { id: 'question-1', text: '  ' }],
    ['no name', { text: 'status' }],
    ['a name that is none', { id: '../../x', text: 'status' }],
    ['too many words', { id: 'question-1', text: 'x'.repeat(2_001) }],
  ])('with %s is refused', async (_what, body) => {
    const { post } = await startSidecar();
    expect((await post('/console/ask', body)).status).toBe(400);
  });
});
