import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { runNow } from '../commands.ts';
import { type Machine, startMachine } from './machine-room.ts';

export type Side = 'application' | 'monitoring';

const published = z.array(z.object({ topic: z.string(), subject: z.string(), message: z.string() }));
export type Published = z.infer<typeof published>[number];

/** A network of two machines, their volumes, and AWS as far as they ask it for something. */
export type World = {
  putParameter(name: string, value: string): void;
  /** What a machine or a script has put. */
  parameter(name: string): string | undefined;
  putSecret(arn: string, text: string): void;
  putObject(bucket: string, key: string, file: string): void;
  putArchive(url: string, file: string | Uint8Array): void;
  /** What was published to topics, oldest first. */
  published(): readonly Published[];
  /** A line for each request that a machine has sent out. */
  requests(): string;
  /** Begins to answer on both sides, with what was put so far; parameters and secrets may still change. */
  open(): Promise<void>;
  start(side: Side, userData: string): Promise<Machine>;
  stop(): Promise<void>;
};

/** The name under which Linux knows an EBS volume. */
export const volumeName = '/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0123456789abcdef0';

const addresses: Readonly<Record<Side, string>> = { application: '10.0.1.10', monitoring: '10.0.2.10' };
const sides: readonly Side[] = ['application', 'monitoring'];
const hosts = [
  'dl.grafana.com',
  'github.com',
  'secretsmanager.eu-central-1.amazonaws.com',
  'smartcloudops-prod-logs-123456789012.s3.eu-central-1.amazonaws.com',
  'smartcloudops-prod-models-123456789012.s3.eu-central-1.amazonaws.com',
  'smartcloudops-prod-releases-123456789012.s3.eu-central-1.amazonaws.com',
  'sns.eu-central-1.amazonaws.com',
  'ssm.eu-central-1.amazonaws.com',
  'truststore.pki.rds.amazonaws.com',
];

/** `rights` is what each machine's role may do in S3 and SNS. */
export function createWorld(rights: Readonly<Record<Side, readonly string[]>>): World {
  const folder = mkdtempSync(join(tmpdir(), 'amazon-'));
  const authority = makeCertificates(folder);
  const network = (side: Side): string => `${side}-${process.pid}`;
  connect(network);
  const volumes = new Map(sides.map((side) => [side, makeVolume(join(folder, `${side}.img`))]));
  const running: (() => unknown)[] = [];
  const read = (file: string): Record<string, unknown> => JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const keep = (file: string, name: string, value: string): void =>
    writeFileSync(join(folder, file), JSON.stringify({ ...read(file), [name]: value }));
  for (const file of ['parameters.json', 'secrets.json']) writeFileSync(join(folder, file), '{}');
  writeFileSync(join(folder, 'published.json'), '[]');
  writeFileSync(join(folder, 'rights.json'), JSON.stringify(rights));
  const place = (path: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };

  return {
    putParameter: (name, value) => keep('parameters.json', name, value),
    parameter: (name) => z.record(z.string(), z.string()).parse(read('parameters.json'))[name],
    putSecret: (arn, text) => keep('secrets.json', arn, text),
    putObject: (bucket, key, file) => place(`objects/${bucket}/${key}`, readFileSync(file)),
    putArchive: (url, file) =>
      place(`archives/${url.replace('https://', '')}`, typeof file === 'string' ? readFileSync(file) : file),
    published: () => published.parse(JSON.parse(readFileSync(join(folder, 'published.json'), 'utf8'))),
    requests: () => readFileSync(join(folder, 'requests.log'), 'utf8'),
    async open() {
      for (const side of sides) running.push(await openSide(side, network(side), folder));
    },
    async start(side, userData) {
      const volume = { device: volumes.get(side) ?? '', seenAs: volumeName };
      return startMachine({ name: side, network: network(side), userData, volume, hosts, authority });
    },
    async stop() {
      for (const end of running) end();
      for (const device of volumes.values()) runNow('losetup', ['--detach', device]);
      for (const side of sides) runNow('ip', ['netns', 'delete', network(side)]);
      rmSync(folder, { recursive: true });
    },
  };
}

/** An authority that only the machines trust, and a certificate of it for every name outside. */
function makeCertificates(folder: string): string {
  const at = (file: string): string => join(folder, file);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  runNow('openssl', ['req', '-x509', ...key, '-subj', '/CN=a test', '-keyout', at('ca.key'), '-out', at('ca.pem')]);
  const names = hosts.map((host) => `DNS:${host}`).join(',');
  const subject = ['-subj', '/CN=outside', '-addext', `subjectAltName=${names}`];
  const signed = ['-CA', at('ca.pem'), '-CAkey', at('ca.key')];
  runNow('openssl', [
    'req',
    '-x509',
    ...key,
    ...subject,
    ...signed,
    '-keyout',
    at('key.pem'),
    '-out',
    at('certificate.pem'),
  ]);
  return readFileSync(at('ca.pem'), 'utf8');
}

function connect(network: (side: Side) => string): void {
  for (const side of sides) runNow('ip', ['netns', 'add', network(side)]);
  const [one, other] = [network('application'), network('monitoring')];
  runNow('ip', ['link', 'add', 'net0', 'netns', one, 'type', 'veth', 'peer', 'name', 'net0', 'netns', other]);
  for (const side of sides) {
    const ip = (...args: readonly string[]): string => runNow('ip', ['-netns', network(side), ...args]);
    ip('address', 'add', `${addresses[side]}/16`, 'dev', 'net0');
    ip('address', 'add', '169.254.169.254/32', 'dev', 'lo');
    for (const device of ['lo', 'net0']) ip('link', 'set', device, 'up');
  }
}

function makeVolume(file: string): string {
  runNow('truncate', ['--size=400M', file]);
  return runNow('losetup', ['--find', '--show', file]).trim();
}

/** AWS inside one of the two networks; gives what ends it. */
async function openSide(side: Side, network: string, folder: string): Promise<() => void> {
  const program = join(import.meta.dirname, 'amazon.ts');
  const child = spawn('ip', ['netns', 'exec', network, process.execPath, program, folder, side], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`the world outside ended with ${code}`)));
  });
  return () => child.kill('SIGTERM');
}
