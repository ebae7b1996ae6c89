import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../live/bot.ts';
import { freePort } from '../live/machine.ts';
import { hostsOf, noiseAt, start, stepMs, watch } from './fleet.ts';

/** A server that knows the numbers of a fleet, from `rowsBefore` rows before `start` to `rowsAfter` rows after it. */
export type FleetPrometheus = {
  /** As it is called in a table. */
  readonly name: string;
  readonly url: string;
  stop(): Promise<void>;
};

const rowsBefore = 80;
export const rowsAfter = 160;

/** Debian's Prometheus over the fleet's numbers; null, after a line that says so, where it is not installed. */
export async function realPrometheus(hosts: number): Promise<FleetPrometheus | null> {
  if (!isInstalled()) {
    console.log('Without a real Prometheus, because prometheus and promtool are not on PATH (Debian: prometheus).');
    return null;
  }
  const folder = mkdtempSync(join(tmpdir(), 'fleet-'));
  const data = join(folder, 'data');
  await writeSamples(join(folder, 'samples'), hosts);
  execFileSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', join(folder, 'samples'), data], {
    stdio: 'ignore',
  });
  writeFileSync(join(folder, 'prometheus.yml'), '');
  const port = await freePort();
  const server = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${data}`,
      '--storage.tsdb.retention.time=100y',
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: 'ignore' },
  );
  const url = `http://127.0.0.1:${port}`;
  await until('Prometheus is ready', 30_000, async () => (await fetch(`${url}/-/ready`)).ok || undefined);
  return {
    name: 'Prometheus',
    url,
    async stop() {
      await end(server);
      rmSync(folder, { recursive: true });
    },
  };
}

function isInstalled(): boolean {
  try {
    for (const program of ['prometheus', 'promtool']) execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** OpenMetrics text, metric by metric. */
async function writeSamples(file: string, hosts: number): Promise<void> {
  const stream = createWriteStream(file);
  for (const [column, { query }] of watch.metrics.entries())
    for (let host = 0; host < hosts; host += 1) {
      const labels = Object.entries(labelsOf(`host-${host}`)).map(([name, value]) => `${name}="${value}"`);
      let lines = '';
      for (let row = -rowsBefore; row <= rowsAfter; row += 1)
        lines += `${query}{${labels.join(',')}} ${noiseAt(host, column, row)} ${(start + row * stepMs) / 1_000}\n`;
      if (!stream.write(lines)) await once(stream, 'drain');
    }
  stream.end('# EOF\n');
  await once(stream, 'finish');
}

const labelsOf = (host: string) => ({ host, instance: `${host}:9100`, job: 'node' });

async function end(server: ChildProcess): Promise<void> {
  const gone = once(server, 'exit');
  server.kill('SIGTERM');
  await gone;
}

/** A Prometheus that costs nothing, so that what is left is ours: it has its answers ready, the same few again and again. */
export async function freePrometheus(hosts: number): Promise<FleetPrometheus> {
  const ready = new Map<string, string>();
  const fewRows = 8;

  function latest(query: string, row: number): string {
    const key = `${query} ${row % fewRows}`;
    const known = ready.get(key) ?? answer('vector', hosts, query, (value) => ({ value: value(row) }));
    ready.set(key, known);
    return known;
  }

  function range(query: string, form: URLSearchParams): string {
    const [from, to] = ['start', 'end'].map((name) => rowAt(form.get(name)));
    const rows = Array.from({ length: (to ?? 0) - (from ?? 0) + 1 }, (_, at) => (from ?? 0) + at);
    return answer('matrix', hosts, query, (value) => ({ values: rows.map(value) }));
  }

  // A connection that is closed in a pause is none of the tick's cost.
  const server = createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      const form = new URLSearchParams(body);
      const query = form.get('query') ?? '';
      response.setHeader('content-type', 'application/json');
      response.end(request.url?.includes('query_range') ? range(query, form) : latest(query, rowAt(form.get('time'))));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    name: 'a server that costs nothing',
    url: `http://127.0.0.1:${port}`,
    stop: async () => void server.close(),
  };
}

const rowAt = (seconds: string | null): number => Math.round((Number(seconds) * 1_000 - start) / stepMs);

type Sample = readonly [number, string];

function answer(
  resultType: string,
  hosts: number,
  query: string,
  samplesOf: (value: (row: number) => Sample) => object,
): string {
  const column = watch.metrics.findIndex((metric) => metric.query === query);
  const result = hostsOf(hosts).map((name, host) => ({
    metric: { __name__: query, ...labelsOf(name) },
    ...samplesOf((row) => [(start + row * stepMs) / 1_000, String(noiseAt(host, column, row))]),
  }));
  return JSON.stringify({ status: 'success', data: { resultType, result } });
}
