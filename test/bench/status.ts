import { type ChildProcess, spawn } from 'node:child_process';
import { Agent, request } from 'node:http';
import { startBot } from '../live/bot.ts';
import { beside, type Row, timed } from './measure.ts';

const requests = 2_000;
const atOnce = 10;

/** `GET /status` of the whole bot, beside a bare fastify that sends the very same bytes. Each is a process of its own. */
export async function rows(): Promise<readonly Row[]> {
  const bot = await startBot();
  const body = await (await bot.get('/status')).text();
  const bare = await startBare(body);
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  try {
    const result = await beside(
      7,
      () => timed(() => hammer(`${bot.url}/status`, agent)),
      () => timed(() => hammer(bare.url, agent)),
    );
    const perRequest = { ours: result.ours / requests, floor: result.floor / requests };
    return [{ what: `GET /status, ${atOnce} at once`, ...perRequest, unit: 'ms', beside: 'bare fastify' }];
  } finally {
    agent.destroy();
    bare.child.kill();
    await bot.stop();
  }
}

async function startBare(body: string): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const program = `
    import fastify from 'fastify';
    const body = ${JSON.stringify(JSON.parse(body))};
    const app = fastify();
    app.get('/', async () => body);
    console.log(await app.listen({ port: 0, host: '127.0.0.1' }));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { cwd: import.meta.dirname });
  const url = await new Promise<string>((resolve) =>
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim())),
  );
  return { url, child };
}

/** A fixed number of requests over a fixed number of connections. */
async function hammer(url: string, agent: Agent): Promise<void> {
  let left = requests;
  const one = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await get(url, agent);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
}

function get(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    request(url, { agent }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${url} answered ${response.statusCode}`));
      response.resume();
      response.once('end', resolve);
    })
      .once('error', reject)
      .end();
  });
}
