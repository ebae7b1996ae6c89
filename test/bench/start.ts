import { spawn } from 'node:child_process';
import { startBot } from '../live/bot.ts';
import { beside, type Row, timed } from './measure.ts';

const bareServer = `
import fastify from 'fastify';
const app = fastify();
app.get('/status', async () => ({ ok: true }));
await app.listen({ port: 0, host: '127.0.0.1' });
process.exit(0);
`;

/** From the start of the process to its word that it is ready, beside a Node that does nothing but start bare fastify. */
export async function rows(): Promise<readonly Row[]> {
  const ours = async (): Promise<number> => {
    const bot = await startBot();
    await bot.stop();
    return bot.readyMs;
  };
  const floor = (): Promise<number> =>
    timed(
      () =>
        new Promise((resolve) =>
          spawn(process.execPath, ['--input-type=module', '-e', bareServer], { cwd: import.meta.dirname }).once(
            'exit',
            resolve,
          ),
        ),
    );
  const result = await beside(5, ours, floor);
  return [{ what: 'start to ready (simulated cluster)', ...result, unit: 'ms', beside: 'Node with bare fastify' }];
}
