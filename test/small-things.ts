import type { Address, MessageRef } from '../src/core/address.ts';
import type { AuditEntry, AuditHead, AuditStore } from '../src/core/audit.ts';
import type { Painter } from '../src/core/chart.ts';
import type { ChatPlatform, PostOptions } from '../src/core/chat.ts';
import type { FittedDetector } from '../src/core/detector.ts';
import { UpstreamError } from '../src/core/errors.ts';
import type { FrameSource } from '../src/core/frame-source.ts';
import type { Incident } from '../src/core/incident.ts';
import type { Mention } from '../src/core/mention.ts';
import type { Notice, Told } from '../src/core/notice.ts';
import type { Reply } from '../src/core/reply.ts';
import { noRules } from '../src/core/routing.ts';
import type { Silence, SilenceStore } from '../src/core/silence.ts';
import type { DeliveryStore, IncidentStore } from '../src/core/store.ts';
import type { Telemetry } from '../src/core/telemetry.ts';
import type { Watch } from '../src/core/watch.ts';
import { passTime } from '../src/incidents/pass-time.ts';
import type { LogArchive } from '../src/logs/archive.ts';
import { createRecorder, type Recorder } from '../src/record.ts';
import { type AuditRow, emptyHead, entryOf, rowAfter } from '../src/store/audit-chain.ts';

/** A watch of one metric on a 10 s grid. */
export const oneMetric: Watch = {
  name: 'hosts',
  entityLabel: 'host',
  stepMs: 10_000,
  historyMs: 3_600_000,
  resolveAfterMs: 30_000,
  alertBudgetPerDay: 1,
  metrics: [{ name: 'cpu', query: 'cpu', unit: '%', harm: 'up' }],
  audiences: [],
  runbookUrl: null,
};

/** Numbers as a function of entity and time; undefined is a gap, and an entity with nothing but gaps is absent. */
export function framesOf(
  entities: readonly string[],
  value: (entity: string, at: number) => number | undefined,
): FrameSource & { fail: Error | null; asked: string[] } {
  const source = {
    fail: null as Error | null,
    asked: [] as string[],
    history: async (_watch: Watch, { from, to, stepMs }: { from: number; to: number; stepMs: number }) => {
      source.asked.push(`history ${from}..${to}`);
      if (source.fail !== null) throw source.fail;
      const times = Float64Array.from({ length: (to - from) / stepMs + 1 }, (_, index) => from + index * stepMs);
      const frame = (entity: string) => ({
        times,
        columns: [{ name: 'cpu', values: times.map((time) => value(entity, time) ?? Number.NaN) }],
      });
      const present = entities.filter((entity) => times.some((time) => value(entity, time) !== undefined));
      return new Map(present.map((entity) => [entity, frame(entity)] as const));
    },
    latest: async (_watch: Watch, at: number) => {
      source.asked.push(`latest ${at}`);
      if (source.fail !== null) throw source.fail;
      const present = entities.filter((entity) => value(entity, at) !== undefined);
      return new Map(present.map((entity) => [entity, Float64Array.of(value(entity, at) ?? Number.NaN)] as const));
    },
  };
  return source;
}

/** A fitted detector whose score is the value itself; it warms up for two rows and keeps what it was fed. */
export function valueDetector(threshold: number, fed: string[] = [], release = threshold): FittedDetector {
  return {
    name: 'value',
    warmupRows: 2,
    threshold,
    release,
    about: { features: 1, parameters: { threshold }, measures: { 'alerts per day': 0.5 } },
    open() {
      let rows = 0;
      let last = Number.NaN;
      return {
        push(at, values) {
          rows += 1;
          last = values[0] ?? Number.NaN;
          fed.push(`${at}:${last}`);
          if (rows <= 2) return { kind: 'warming', rowsLeft: 2 - rows };
          return Number.isNaN(last) ? { kind: 'blind' } : { kind: 'scored', score: last };
        },
        explain: () => [{ metric: 'cpu', expected: 1, seen: last, share: 1 }],
        parts: () => [],
        expectations: () => [{ metric: 'cpu', expected: 1, lower: 0, upper: 2 }],
      };
    },
    confidence: (score) => Math.min(1, score / (2 * threshold)),
    dump: () => new Uint8Array(),
  };
}

export const quietTelemetry: Telemetry = {
  tick() {},
  detection() {},
  incident() {},
  notice() {},
  provider() {},
  command() {},
};

/** A painter that draws nothing: words stand in for its pictures. */
export const noPictures: Painter = {
  paint: async () => {
    throw new UpstreamError('pictures', 'there is no picture here', { retryable: false });
  },
};

/** Everybody hears of everything at once. */
export const toldAtOnce = { tellingAmong: () => () => 'now' as const, digestAbove: 1_000 };

/** Time that does what it does where there are no rules and no silences. */
export function timePassing(now: () => number): (known: readonly Incident[]) => readonly Incident[] {
  return (incidents) => passTime({ incidents, rules: noRules, silences: [], now: now() });
}

/** What an incident of one thing has not. */
export const nothingElse = {
  alert: null,
  endedAt: null,
  others: [],
  story: [],
  follows: null,
  recurrences: 0,
  lingers: false,
  escalation: { steps: 0, lastAt: null },
  triaged: null,
  label: null,
} satisfies Partial<Incident>;

/** What came in, in memory. */
export function memoryDeliveries(): DeliveryStore {
  const known = new Set<string>();
  return {
    async claim(ids) {
      const isNew = !ids.some((id) => known.has(id));
      for (const id of ids) known.add(id);
      return isNew;
    },
  };
}

/** Silences in memory. */
export function memorySilences(): SilenceStore & { readonly all: Map<string, Silence> } {
  const all = new Map<string, Silence>();
  return {
    all,
    put: async (silence) => void all.set(silence.id, silence),
    since: async (at) => [...all.values()].filter(({ until }) => until > at).toSorted((a, b) => a.until - b.until),
  };
}

/** An incident store in memory, with the semantics of the port. */
export function memoryIncidents(): IncidentStore & {
  readonly owed: Map<string, Notice>;
  readonly all: Map<string, Incident>;
} {
  const all = new Map<string, Incident>();
  const owed = new Map<string, Notice>();
  const told = new Map<string, Told>();
  return {
    all,
    owed,
    async remember(also = []) {
      const relevant = [...all.values()].filter(
        (incident) =>
          incident.state.kind !== 'resolved' ||
          incident.lingers ||
          also.includes(incident.id) ||
          [...owed.values()].some((notice) => notice.incident === incident.id),
      );
      const ids = new Set(relevant.map((incident) => incident.id));
      return {
        open: relevant,
        told: [...told.values()].filter((entry) => ids.has(entry.incident)),
        owed: [...owed.values()],
      };
    },
    find: async (id) => all.get(id) ?? null,
    async commit(commit) {
      for (const incident of commit.incidents) all.set(incident.id, incident);
      for (const notice of commit.owed)
        owed.set(notice.key, { ...notice, attemptedAt: owed.get(notice.key)?.attemptedAt ?? notice.attemptedAt });
      for (const key of commit.dropped) owed.delete(key);
    },
    async attempt(keys, at) {
      for (const key of keys) {
        const notice = owed.get(key);
        if (notice !== undefined) owed.set(key, { ...notice, attemptedAt: at });
      }
    },
    async told(delivered) {
      for (const { key, told: entry } of delivered) {
        told.set(key, entry);
        if ((owed.get(key)?.revision ?? 0) <= entry.revision) owed.delete(key);
      }
    },
    async ofDigest(digest, { platform, channel }, also) {
      const own = [...told.values()].filter(
        (entry) =>
          entry.digest === digest && entry.audience.platform === platform && entry.audience.channel === channel,
      );
      const ids = new Set([...own.map(({ incident }) => incident), ...also]);
      return { on: [...ids].flatMap((id) => all.get(id) ?? []), told: own };
    },
    recent: async (limit) => [...all.values()].slice(-limit),
  };
}

export type Posted = {
  readonly to: Address;
  readonly reply: Reply;
  readonly key: string;
  readonly attemptedAt: number | null;
  readonly isLoud: boolean;
  readonly mentions?: readonly Mention[];
};

/** A chat platform that writes down what it is told and fails as it is asked to. */
export function notebookPlatform(name: string): ChatPlatform & {
  readonly posts: Posted[];
  readonly edits: { readonly message: MessageRef; readonly reply: Reply }[];
  failWith: Error | null;
} {
  const notebook = {
    name,
    paceMs: 0,
    posts: [] as Posted[],
    edits: [] as { message: MessageRef; reply: Reply }[],
    failWith: null as Error | null,
    start: async () => {},
    connection: () => ({ kind: 'connected' as const, since: 0 }),
    post: async (to: Address, reply: Reply, options: PostOptions) => {
      if (notebook.failWith !== null) throw notebook.failWith;
      notebook.posts.push({ to, reply, ...options });
      return { platform: name, channel: to.channel, message: `m${notebook.posts.length}` };
    },
    edit: async (message: MessageRef, reply: Reply) => {
      if (notebook.failWith !== null) throw notebook.failWith;
      notebook.edits.push({ message, reply });
    },
    stop: async () => {},
  };
  return notebook;
}

/** An archive of logs that keeps none. */
export const quietArchive: LogArchive = {
  write() {},
  async close() {},
  start() {},
  async tick() {},
  state: () => ({ bufferedBytes: 0, spooledBytes: 0, lost: 0, failing: null }),
};

/** A record in memory, chained by the real chain, that fails when it is asked to. */
export function memoryAudit(): AuditStore & { readonly entries: AuditEntry[]; failWith: Error | null } {
  const rows: AuditRow[] = [];
  const end = (): AuditHead => rows.at(-1) ?? emptyHead;
  const audit = {
    entries: [] as AuditEntry[],
    failWith: null as Error | null,
    append: async (entry: AuditEntry) => {
      if (audit.failWith !== null) throw audit.failWith;
      rows.push(rowAfter(end(), entry));
      audit.entries.push(entry);
      return end();
    },
    head: async () => end(),
    newest: async (limit: number, before: number | null) =>
      rows
        .filter(({ sequence }) => before === null || sequence < before)
        .toReversed()
        .slice(0, limit)
        .map((row) => ({ sequence: row.sequence, hash: row.hash, entry: entryOf(row) })),
    verify: async () => ({ kind: 'whole' as const, head: end() }),
  };
  return audit;
}

/** Puts decisions on a record of its own that nobody reads. */
export const quietRecord: Recorder = createRecorder({ audit: memoryAudit(), hide: (text) => text, now: () => 0 });
