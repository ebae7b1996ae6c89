import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

/** Where the machine's role gives out keys for its buckets, and does not answer: who asks for them waits. */
const keys = createServer(() => {});
beforeAll(async () => {
  await once(keys.listen(0, '127.0.0.1'), 'listening');
});
afterAll(() => {
  keys.closeAllConnections();
  keys.close();
});

it.skipIf(process.platform === 'win32')(
  'a bot that is told to end while it waits for the keys of its buckets ends, and ends well',
  async ({ onTestFinished }) => {
    const address = keys.address();
    if (typeof address !== 'object' || address === null) throw new Error('nothing listens');
    const dataDir = mkdtempSync(join(tmpdir(), 'smartcloudops-'));
    const buckets = { S3_BUCKET: 'models', LOGS_BUCKET: 'logs', AWS_EC2_METADATA_DISABLED: 'true' };
    const source = { AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${address.port}/keys` };
    const child = spawn(process.execPath, [join(import.meta.dirname, '../src/main.ts')], {
      cwd: dataDir,
      env: { PATH: process.env.PATH, PORT: '0', DATA_DIR: dataDir, ...buckets, ...source },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
    const gone = once(child, 'close');
    // It asks in the middle of its start, to load its models, and again at its end, for the last lines of its log.
    await once(keys, 'request');
    child.kill('SIGTERM');
    const [code] = await gone;
    expect(said).toContain('stopping on SIGTERM');
    expect(said).not.toMatch(/^ +at /m);
    expect(code).toBe(0);
  },
);
