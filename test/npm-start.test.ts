import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** npm as it runs these tests, or as it is found. */
const npm = process.env.npm_execpath === undefined ? ['npm'] : [process.execPath, process.env.npm_execpath];

it.skipIf(process.platform === 'win32')(
  'ends the bot when npm start is told to end, and leaves none behind',
  async () => {
    const [program = 'npm', ...args] = npm;
    const env = { ...process.env, PORT: '0', DATA_DIR: mkdtempSync(join(tmpdir(), 'smartcloudops-')) };
    const child = spawn(program, [...args, 'start'], { cwd: join(import.meta.dirname, '..'), env });
    let said = '';
    // The bot holds these pipes as long as it runs, whatever became of npm.
    const closed = new Promise((resolve) => child.once('close', resolve));
    await new Promise<void>((resolve, reject) => {
      const read = (chunk: Buffer): void => {
        said += chunk.toString();
        if (said.includes('ready: ')) resolve();
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.once('close', () => reject(new Error(`the bot ended before it was ready\n${said}`)));
    });
    child.kill('SIGTERM');
    await closed;
    expect(said).toContain('stopping on SIGTERM');
  },
);
