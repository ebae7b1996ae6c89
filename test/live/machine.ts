import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { temporaryDir, until } from './bot.ts';

export type Machine = {
  /** Of the Prometheus that watches this machine. */
  readonly url: string;
  /** Ends Prometheus as an operator would; its data stays. */
  stopPrometheus(): Promise<void>;
  startPrometheus(): Promise<void>;
  stop(): Promise<void>;
};

export type MachineOptions = {
  /** Another thing that Prometheus reads, as `host:port`. */
  readonly bot?: string;
  /** A folder of rules that it evaluates. */
  readonly rules?: string;
};

/** The real machine under Debian's node_exporter and Prometheus, scraped every second. */
export async function startMachine({ bot, rules }: MachineOptions = {}): Promise<Machine> {
  const folder = temporaryDir();
  const [exporterPort, port] = [await freePort(), await freePort()];
  const exporter = spawn('prometheus-node-exporter', [`--web.listen-address=127.0.0.1:${exporterPort}`], {
    stdio: 'ignore',
  });
  const config = join(folder, 'prometheus.yml');
  writeFileSync(
    config,
    `global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
rule_files: [${rules === undefined ? '' : join(rules, '*.yml')}]
scrape_configs:
  - job_name: node
    static_configs: [{ targets: ['127.0.0.1:${exporterPort}'] }]
    metric_relabel_configs: [{ target_label: instance, replacement: 'this-machine:9100' }]
  - job_name: prometheus
    static_configs: [{ targets: ['127.0.0.1:${port}'] }]
    metric_relabel_configs: [{ target_label: instance, replacement: 'this-machine:9090' }]
${bot === undefined ? '' : `  - { job_name: smartcloudops, static_configs: [{ targets: ['${bot}'] }] }`}
`,
  );
  const url = `http://127.0.0.1:${port}`;
  let server: ChildProcess | null = null;

  const machine: Machine = {
    url,
    async startPrometheus() {
      const options = [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ];
      server = spawn('prometheus', options, { stdio: 'ignore' });
      await until('Prometheus is ready', 30_000, async () => (await fetch(`${url}/-/ready`)).ok || undefined);
    },
    async stopPrometheus() {
      await end(server);
      server = null;
    },
    async stop() {
      await end(server);
      await end(exporter);
    },
  };
  await machine.startPrometheus();
  return machine;
}

/** Burns every core until it is told to stop. */
export function burnCpu(): { stop(): Promise<void> } {
  const burners = Array.from({ length: availableParallelism() }, () =>
    spawn(process.execPath, ['-e', 'for (;;) {}'], { stdio: 'ignore' }),
  );
  return {
    stop: async () => {
      await Promise.all(burners.map((burner) => end(burner, 'SIGKILL')));
    },
  };
}

async function end(child: ChildProcess | null, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child === null || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (typeof address !== 'object' || address === null) throw new Error('there is no free port');
  return address.port;
}

export const historyMs = 180_000;

const builtIn = z.object({
  watches: z.tuple([z.looseObject({ metrics: z.array(z.looseObject({ query: z.string() })) })]),
});

/** The built-in watch on a fast clock: rates over ten seconds, a row every second, three minutes of history. */
export function fastWatches(folder: string): string {
  const file = join(folder, 'watches.yaml');
  const [watch] = builtIn.parse(parse(readFileSync('src/watches.default.yaml', 'utf8'))).watches;
  const metrics = watch.metrics.map((metric) => ({ ...metric, query: metric.query.replaceAll('[2m]', '[10s]') }));
  const fast = { ...watch, step: '1s', history: `${historyMs / 1_000}s`, resolve_after: '20s', metrics };
  // JSON is YAML.
  writeFileSync(file, JSON.stringify({ watches: [fast] }));
  return file;
}
