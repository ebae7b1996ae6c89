import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createConsolePlatform } from '../../src/chat/console/platform.ts';
import { createConverse } from '../../src/converse.ts';
import type { Incident } from '../../src/core/incident.ts';
import { silentLog } from '../../src/core/log.ts';
import { createApi } from '../../src/http/api.ts';
import { createTelemetry } from '../../src/http/metrics.ts';
import { createSidecar, type SidecarOptions } from '../../src/http/sidecar.ts';
import { createRecorder } from '../../src/record.ts';
import { openStore } from '../../src/store/open-store.ts';
import { commandBench, noon } from '../commands/list.ts';
import { noPictures, nothingElse } from '../small-things.ts';

export const key = '0123456789abcdef-key';

export const incident: Incident = {
  id: 'i1',
  kind: 'anomaly',
  watch: 'hosts',
  entity: 'web-1',
  state: { kind: 'open', since: noon },
  severity: 'warning',
  openedAt: noon,
  lastSeenAt: noon,
  revision: 1,
  ...nothingElse,
  peakScore: 2,
  confidence: 0.9,
  because: [{ metric: 'cpu', expected: 40, seen: Number.NaN, share: 1 }],
};

/** The real sidecar over the real commands, console and store; it is gone when the test is. */
export async function startSidecar(options: Partial<SidecarOptions> = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'sidecar-'));
  const store = await openStore({ databaseUrl: null, dataDir, log: silentLog });
  const bench = commandBench();
  const console = createConsolePlatform({ painter: noPictures, store: store.console, now: Date.now, log: silentLog });
  const telemetry = createTelemetry({
    now: Date.now,
    status: bench.status,
    logs: () => ({ bufferedBytes: 10, spooledBytes: 4_096, lost: 3, failing: { since: Date.now() - 60_000 } }),
    backup: () => ({ lastAt: 1_767_225_600_000, made: 2, failed: 1, because: null }),
    heartbeat: () => ({ last: 1_767_225_600_000, because: null }),
  });
  const converse = createConverse({
    commands: bench.commands,
    roleOf: () => 'admin',
    record: createRecorder({ audit: store.audit, hide: (text) => text, now: Date.now }),
    telemetry,
    now: Date.now,
    log: silentLog,
  });
  await console.start(converse);
  const sidecar = createSidecar({
    host: '127.0.0.1',
    port: 0,
    apiKey: null,
    version: '1.2.3',
    status: bench.status,
    incidents: async () => [
      { ...incident, id: 'i2', state: { kind: 'resolved', since: noon, by: 'recovered' } },
      incident,
    ],
    report: async () => {},
    entityLabels: ['host'],
    api: createApi(converse.run),
    commands: bench.commands,
    console,
    metrics: telemetry,
    log: silentLog,
    ...options,
  });
  const { url } = await sidecar.start();
  onTestFinished(async () => {
    await sidecar.stop();
    await console.stop();
    await store.close();
  });
  const get = (path: string, headers: Record<string, string> = {}) => fetch(`${url}${path}`, { headers });
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return { url, get, post, bench, console, telemetry, sidecar };
}
