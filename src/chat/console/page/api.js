const storedKey = 'smartcloudops.key';

export class KeyNeeded extends Error {}

let key = sessionStorage.getItem(storedKey) ?? '';

export function useKey(next) {
  key = next;
  sessionStorage.setItem(storedKey, next);
}

async function request(path, options = {}) {
  const headers = { ...options.headers, ...(key === '' ? {} : { authorization: `Bearer ${key}` }) };
  const response = await fetch(path, { ...options, headers });
  if (response.status === 401) throw new KeyNeeded();
  if (!response.ok) {
    const said = await response.json().catch(() => null);
    throw new Error(said?.error?.message ?? `The bot answered ${response.status}.`);
  }
  return response;
}

export async function get(path, signal) {
  return (await request(path, { signal })).json();
}

/** A picture as a data URL: an image element can't send the key. */
export async function picture(path) {
  const blob = await (await request(path)).blob();
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

export async function post(path, body) {
  const response = await request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.json();
}

/**
 * Server-sent events over fetch, because an EventSource can't send a key. Comes back by itself and says where it left off.
 * `told` hears every event, `state` whether there is a connection.
 */
export async function listen(path, told, state) {
  let last = null;
  for (let failures = 0; ; ) {
    try {
      const response = await request(path, { headers: last === null ? {} : { 'last-event-id': last } });
      failures = 0;
      state(true);
      for await (const event of eventsOf(response.body)) {
        if (event.id !== undefined) last = event.id;
        if (event.data !== undefined) told(event.event, JSON.parse(event.data));
      }
    } catch (error) {
      if (error instanceof KeyNeeded) throw error;
    }
    state(false);
    failures += 1;
    await new Promise((resolve) => setTimeout(resolve, Math.min(15000, 500 * 2 ** (failures - 1))));
  }
}

async function* eventsOf(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text += value;
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      const event = {};
      for (const line of lines) {
        const [, name, rest] = /^(\w+): ?(.*)$/.exec(line) ?? [];
        if (name !== undefined)
          event[name] = name === 'data' && event.data !== undefined ? `${event.data}\n${rest}` : rest;
      }
      yield event;
    }
  }
}
