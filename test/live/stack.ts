import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDir } from './bot.ts';

/** The names of compose.yaml on this machine's loopback, an address each so that no port is taken. */
const addresses: Readonly<Record<string, string>> = {
  bot: '127.31.250.2',
  prometheus: '127.31.250.3',
  'node-exporter': '127.31.250.4',
  alertmanager: '127.31.250.5',
  grafana: '127.31.250.6',
};

export type Host = {
  address(service: string): string;
  /** Starts a program that sees the names, files and secrets that its container would see. */
  start(command: string, args: readonly string[], env?: Readonly<Record<string, string>>): void;
  /** What all of them wrote. */
  written(): string;
  stop(): Promise<void>;
};

/** Each program gets mounts of its own: hosts, secrets and the configuration of Prometheus where the containers have them. */
export function openHost(folder: string): Host {
  const hosts = join(temporaryDir(), 'hosts');
  writeFileSync(
    hosts,
    ['127.0.0.1 localhost', ...Object.entries(addresses).map(([name, at]) => `${at} ${name}`), ''].join('\n'),
  );
  const inside = `
    mount --bind "${hosts}" /etc/hosts && mount -t tmpfs tmpfs /run && mkdir /run/secrets &&
    mount --bind "${join(folder, 'secrets')}" /run/secrets &&
    mount --bind "${join(folder, 'manifests/prometheus')}" /etc/prometheus &&
    mount -t tmpfs tmpfs /mnt && mkdir /mnt/docs && mount --bind "${join(folder, 'docs')}" /mnt/docs && exec "$@"`;
  const children: ChildProcess[] = [];
  let written = '';
  return {
    address: (service) => addresses[service] ?? '',
    start(command, args, env = {}) {
      const mounted = ['--mount', '--propagation', 'private', 'sh', '-c', inside, 'sh', command, ...args];
      const child = spawn('unshare', mounted, {
        cwd: folder,
        env: { PATH: process.env.PATH ?? '', ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => {
          written += chunk.toString();
        });
      children.push(child);
    },
    written: () => written,
    async stop() {
      for (const child of children.toReversed()) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        const gone = once(child, 'exit');
        child.kill();
        await gone;
      }
    },
  };
}
