import { Worker } from 'node:worker_threads';
import { type DemoCluster, type Fault, type FaultKind, faultKinds } from '../core/demo.ts';
import { UsageError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { pick } from './faults.ts';
import { hosts } from './hosts.ts';
import { chance } from './wave.ts';
import { collide, createWorld, type WorldOptions } from './world.ts';

export type ClusterOptions = { readonly seed: number; readonly autoFaults: boolean; readonly log: Log };

export type WorkerData = WorldOptions;

/** What the cluster's thread is told: everything that people have broken so far. */
export type Ordered = { readonly id: number; readonly broken: readonly Fault[] };

const names = hosts.map(({ name }) => name);
/** Faults that people made are remembered as long as history reaches back to them; here that is for ever. */
const recentMs = 3_600_000;

/** Starts the simulated cluster on a free port of 127.0.0.1, in a thread of its own. */
export async function startDemoCluster({ seed, autoFaults, log }: ClusterOptions): Promise<DemoCluster> {
  const options: WorkerData = { seed, autoFaults, startedAt: Date.now() };
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: options });
  const waiting = new Map<number, () => void>();
  let broken: readonly Fault[] = [];
  let orders = 0;
  const world = createWorld(options, () => broken);

  const port = await new Promise<number>((resolve, reject) => {
    worker.once('error', reject);
    worker.on('message', (message: { readonly port?: number; readonly done?: number }) => {
      if (message.port !== undefined) resolve(message.port);
      if (message.done !== undefined) waiting.get(message.done)?.();
    });
  });
  worker.on('error', (error) => log.error('the simulated cluster broke', { error }));

  /** Waits until the thread knows, so that the next query sees it. */
  async function order(next: readonly Fault[]): Promise<void> {
    broken = next;
    orders += 1;
    const id = orders;
    const done = Promise.withResolvers<void>();
    waiting.set(id, done.resolve);
    worker.postMessage({ id, broken } satisfies Ordered);
    await done.promise;
    waiting.delete(id);
  }

  function choose(kind: FaultKind | null, entity: string | null): Pick<Fault, 'kind' | 'entity'> {
    const name = entity?.replace(/:\d+$/, '') ?? null;
    if (name !== null && !names.includes(name))
      throw new UsageError(`There is no simulated host "${name}". There are: ${names.join(', ')}.`);
    const chosen = kind ?? pick(faultKinds, chance(seed, orders, 7));
    // A cascade begins at the database, whatever was asked for.
    if (chosen === 'cascade') return { kind: chosen, entity: 'db-1' };
    return { kind: chosen, entity: name ?? pick(names, chance(seed, orders, 8)) };
  }

  const lasting = (): readonly Fault[] => broken.filter(({ until }) => until === null);

  return {
    url: `http://127.0.0.1:${port}`,
    entities: names,
    async break(kind, entity) {
      const fault: Fault = { ...choose(kind, entity), from: Date.now(), until: null };
      const other = world.faults(fault.from, fault.from).find((one) => collide(fault, one));
      if (other !== undefined)
        throw new UsageError(
          `There is a ${other.kind} on ${other.entity} already, which touches the same hosts. "demo heal" ends what was broken by command.`,
        );
      await order([...broken, fault]);
      return fault;
    },
    async heal() {
      const ended = lasting().map((fault) => ({ ...fault, until: Date.now() }));
      if (ended.length > 0) await order([...broken.filter(({ until }) => until !== null), ...ended]);
      return ended;
    },
    faults: async () => world.faults(Date.now() - recentMs, Date.now()),
    async stop() {
      await worker.terminate();
    },
  };
}
