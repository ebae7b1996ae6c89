import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { bucketRights, rightsIn } from '../../terraform/bucket-rights.ts';
import { readConfiguration } from '../../terraform/configuration.ts';
import { until } from '../bot.ts';
import { makeRelease, type Program, packPrograms, publishedSums } from './archives.ts';
import { buildHcl } from './hcl.ts';
import type { Machine } from './machine-room.ts';
import { type Told, tell } from './told.ts';
import { createWorld, type Side, type World } from './world.ts';

const setUpWithinMs = 240_000;
const programNames: readonly Program[] = ['prometheus', 'alertmanager', 'node_exporter', 'grafana'];

/** Both machines of an installation and the world around them. */
export type Site = {
  readonly told: Told;
  readonly world: World;
  /** Runs a program on a machine and gives what it printed. */
  on(side: Side, ...command: readonly string[]): string;
  /** What a machine gets from an address. */
  curl(side: Side, address: string, ...more: readonly string[]): string;
  /** The HTTP status that the bot's sidecar answers a key with, asked from outside. */
  codeFor(key: string): string;
  /** The number of a unit's process. */
  mainOf(side: Side, unit: string): string;
  /** Starts a machine, in place of the one before, and waits until it has set itself up. */
  boot(side: Side): Promise<void>;
  stop(): Promise<void>;
};

/** The release that is checked out, on two machines with what they are told, and AWS with these parameters. */
export async function openSite(parameters: Readonly<Record<string, string>>): Promise<Site> {
  const making = makeRelease();
  const [programs, hcl] = [packPrograms(), buildHcl()];
  const release = await making;
  const told = tell(hcl, release, programs);
  const world = createWorld(await rightsOf(told));
  world.putObject(told.settings.buckets.releases, told.settings.release.key, release.file);
  for (const bucket of [told.settings.buckets.models, told.settings.buckets.logs])
    world.putObject(bucket, 'empty', '/dev/null');
  for (const name of programNames) world.putArchive(told.settings.programs[name].url, programs[name]);
  for (const made of [release.file, dirname(programs.prometheus)]) rmSync(made, { recursive: true });
  for (const [url, sums] of publishedSums()) world.putArchive(url, Buffer.from(sums));
  for (const [name, value] of Object.entries(parameters)) world.putParameter(name, value);
  await world.open();

  const machines = new Map<Side, Machine>();
  const on: Site['on'] = (side, ...command) => {
    const machine = machines.get(side);
    if (machine === undefined) throw new Error(`the machine "${side}" is not there`);
    return machine.run(...command);
  };
  const curl: Site['curl'] = (side, address, ...more) =>
    on(side, 'curl', '--silent', '--max-time', '5', ...more, address);

  return {
    told,
    world,
    on,
    curl,
    codeFor: (key) =>
      curl(
        'application',
        'http://10.0.1.10:5000/status',
        ...['--output', '/dev/null', '--write-out', '%{http_code}', '--header', `Authorization: Bearer ${key}`],
      ),
    mainOf: (side, unit) => on(side, 'systemctl', 'show', '--property=MainPID', '--value', unit).trim(),
    async boot(side) {
      await machines.get(side)?.stop();
      machines.set(side, await world.start(side, told.userData[side]));
      await until(`${side} is set up`, setUpWithinMs, () => {
        on(side, 'systemctl', 'is-active', '--quiet', 'smartcloudops-set-up.service');
        return true;
      });
    },
    async stop() {
      for (const machine of machines.values()) await machine.stop();
      await world.stop();
    },
  };
}

/** What the roles of the machines allow in buckets and topics, with the names that these have. */
async function rightsOf({ settings: { buckets, alerts } }: Told): Promise<Readonly<Record<Side, readonly string[]>>> {
  const blocks = await readConfiguration();
  const names = new Map(Object.entries(buckets));
  const named = (right: string): string => right.replace(/ (\w+)/, (_, use: string) => ` ${names.get(use) ?? use}`);
  const both = bucketRights(blocks, 'both');
  const of = (side: Side): readonly string[] => [...both, ...bucketRights(blocks, side)].map(named);
  const topics = rightsIn(blocks, 'monitoring', 'sns').map((right) =>
    right.replace('${var.alerts_topic_arn}', () => alerts.topic_arn),
  );
  return { application: of('application'), monitoring: [...of('monitoring'), ...topics] };
}
