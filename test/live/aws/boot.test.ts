import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../bot.ts';
import { makeRelease, type Program, packPrograms, publishedSums, sumOf, versions } from './archives.ts';
import { buildHcl } from './hcl.ts';
import type { Machine } from './machine-room.ts';
import { run } from './run.ts';
import { type Told, tell } from './told.ts';
import { createWorld, type Side, type World } from './world.ts';

const keys = ['a'.repeat(48), 'b'.repeat(48)] as const;
const password = 'correct horse $(battery) "staple"';
const setUpWithinMs = 90_000;

let world: World;
let told: Told;
const machines = new Map<Side, Machine>();
const on = (side: Side, ...command: readonly string[]): string => machines.get(side)?.run(...command) ?? '';
const curl = (side: Side, path: string, ...more: readonly string[]): string =>
  on(side, 'curl', '--silent', '--max-time', '5', ...more, path);
const asked = (key: string): readonly string[] => ['--header', `Authorization: Bearer ${key}`];
/** The HTTP status that the sidecar answers with from outside. */
const codeFor = (key: string): string =>
  curl(
    'application',
    'http://10.0.1.10:5000/status',
    '--output',
    '/dev/null',
    '--write-out',
    '%{http_code}',
    ...asked(key),
  );
const main = (side: Side, unit: string): string =>
  on(side, 'systemctl', 'show', '--property=MainPID', '--value', unit).trim();

async function boot(side: Side): Promise<void> {
  machines.set(side, await world.start(side, told.userData[side]));
  await until(`${side} is set up`, setUpWithinMs, () => {
    on(side, 'systemctl', 'is-active', '--quiet', 'smartcloudops-set-up.service');
    return true;
  });
}

beforeAll(async () => {
  const [release, programs] = [makeRelease(), packPrograms()];
  told = tell(buildHcl(), release, programs);
  world = createWorld();
  world.putObject(told.settings.buckets.releases, told.settings.release.key, release.file);
  world.putObject(told.settings.buckets.models, 'empty', '/dev/null');
  for (const [name, file] of programs) world.putArchive(told.settings.programs[name].url, file);
  for (const [url, sums] of publishedSums()) world.putArchive(url, Buffer.from(sums));
  world.putParameter('/smartcloudops/prod/shared/API_KEY', keys[0]);
  world.putParameter('/smartcloudops/prod/monitoring/GRAFANA_ADMIN_PASSWORD', password);
  world.putParameter('/smartcloudops/prod/bot/DISCORD_CHANNEL', "not one of the machine's variables, and harmless");
  world.putParameter('/smartcloudops/prod/bot/OPENAI_API_KEY', 'sk-1');
  world.putParameter('/smartcloudops/prod/bot/GEMINI_API_KEY', 'of the third page');
  await world.open();
  await Promise.all([boot('monitoring'), boot('application')]);
}, 900_000);

afterAll(async () => {
  for (const machine of machines.values()) await machine.stop();
  await world.stop();
});

describe.each<Side>(['application', 'monitoring'])('the machine "%s"', (side) => {
  it('is told something that cloud-init accepts and that AWS has room for', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'told-')), 'user-data');
    writeFileSync(file, told.userData[side]);
    expect(run('cloud-init', ['schema', '--config-file', file])).toContain('Valid cloud-config');
    expect(gzipSync(told.userData[side]).length).toBeLessThan(16 * 1_024);
  });

  it('sets itself up, and nothing of it fails', () => {
    expect(on(side, 'cloud-init', 'status')).toContain('status: done');
    expect(on(side, 'systemctl', 'list-timers', '--no-legend')).toContain('smartcloudops-secrets.timer');
    expect(on(side, 'systemctl', 'list-units', '--failed', '--plain', '--no-legend').trim()).toBe('');
  });

  it('has its data on the volume that survives it, where nothing can be run', () => {
    expect(on(side, 'findmnt', '--noheadings', '--output=OPTIONS', '--types=xfs')).toMatch(/nosuid,nodev,noexec/);
  });

  it('tells of itself', () => {
    expect(curl(side, 'http://127.0.0.1:9100/metrics')).toContain('node_cpu_seconds_total');
  });
});

describe('the bot on its machine', () => {
  it('is well, and shows what it knows only to who has the key', async () => {
    await until(
      'the bot is well',
      20_000,
      () => curl('application', 'http://127.0.0.1:5000/healthz').includes('"ok"') || undefined,
    );
    expect(codeFor('')).toBe('401');
    expect(codeFor(keys[0])).toBe('200');
  });

  it('runs as its own user, on the Node of the release', () => {
    const pid = main('application', 'smartcloudops.service');
    expect(on('application', 'stat', '--format=%U', `/proc/${pid}`).trim()).toBe('smartcloudops');
    expect(on('application', 'readlink', `/proc/${pid}/exe`).trim()).toBe(
      `/opt/smartcloudops/archives/${told.settings.release.sha256}/bin/node`,
    );
  });

  it('has no secret in its environment, and can not write outside its data', () => {
    const pid = main('application', 'smartcloudops.service');
    const environment = on('application', 'cat', `/proc/${pid}/environ`);
    expect(environment).toContain('GEMINI_API_KEY_FILE=/run/credentials/smartcloudops.service/secrets_GEMINI_API_KEY');
    for (const secret of [keys[0], 'of the third page', 'sk-1']) expect(environment).not.toContain(secret);
    const inside = ['nsenter', `--target=${pid}`, '--mount', '--root', '--'];
    expect(() => on('application', ...inside, 'touch', '/opt/smartcloudops/x')).toThrow(/Read-only/);
    expect(() => on('application', ...inside, 'touch', '/etc/x')).toThrow(/Read-only/);
  });
});

describe('Prometheus on its machine', () => {
  const targets = (): string =>
    curl('monitoring', 'http://127.0.0.1:9090/api/v1/query', '--get', '--data-urlencode', 'query=sort_desc(up)');

  it('reads both machines, itself and the bot', async () => {
    await until('four targets are up', 60_000, () => (targets().match(/"1"\]/g)?.length === 4 ? true : undefined));
    for (const instance of ['application:9100', 'monitoring:9100', 'monitoring:9090', '10.0.1.10:5000'])
      expect(targets()).toContain(`"instance":"${instance}"`);
  });

  it('is read by the bot', async () => {
    await until(
      'the bot reads it',
      60_000,
      () =>
        /"reachable":true,[^}]*"simulated":false/.test(
          curl('application', 'http://127.0.0.1:5000/status', ...asked(keys[0])),
        ) || undefined,
    );
  });
});

describe('what stands in for Grafana', () => {
  it('is given the password by file, the address and what is provisioned', () => {
    const found: unknown = JSON.parse(curl('monitoring', 'http://127.0.0.1:3000/'));
    expect(found).toEqual({
      command: 'server',
      password: createHash('sha256').update(password).digest('hex'),
      rootUrl: 'http://localhost:3000/',
      provisioned: [
        '/etc/smartcloudops/grafana/dashboards/smartcloudops.yaml',
        '/etc/smartcloudops/grafana/datasources/prometheus.yaml',
      ],
    });
  });
});

describe('a secret', () => {
  it('that did not change restarts nobody', () => {
    const before = main('application', 'smartcloudops.service');
    on('application', 'systemctl', 'start', 'smartcloudops-secrets.service');
    expect(main('application', 'smartcloudops.service')).toBe(before);
  });

  it('that changed is in use after the next look, on both machines', async () => {
    world.putParameter('/smartcloudops/prod/shared/API_KEY', keys[1]);
    // What its timer does every five minutes.
    for (const side of machines.keys()) on(side, 'systemctl', 'start', 'smartcloudops-secrets.service');
    await until('the new key is good', 30_000, () => codeFor(keys[1]) === '200' || undefined);
    expect(codeFor(keys[0])).toBe('401');
    expect(
      on(
        'monitoring',
        'sh',
        '-c',
        'nsenter --target="$(systemctl show --property=MainPID --value prometheus)" --mount cat /run/credentials/prometheus.service/secrets_API_KEY',
      ),
    ).toBe(keys[1]);
  });
});

describe('an archive', () => {
  it('with another checksum is not unpacked', () => {
    const { url } = told.settings.programs.node_exporter;
    const wrong = 'f'.repeat(64);
    expect(() => on('application', '/opt/smartcloudops/bin/install.sh', 'programs/other', url, wrong)).toThrow(
      /is not what was asked for/,
    );
    expect(() => on('application', 'ls', `/opt/smartcloudops/archives/${wrong}`)).toThrow(/No such file/);
  });
});

describe('the scripts of who operates it', () => {
  const script = (name: string): string => readFileSync(`terraform/${name}`, 'utf8');

  it('pin what the makers publish', () => {
    on('application', 'bash', '-c', script('pin-programs.sh'));
    const pinned: unknown = JSON.parse(on('application', 'cat', '/programs.auto.tfvars.json'));
    const program = (name: Program): unknown => ({
      version: versions[name],
      sha256: { arm64: sumOf(name, 'arm64'), x86_64: sumOf(name, 'amd64') },
    });
    const names = ['grafana', 'node_exporter', 'prometheus'] as const;
    expect(pinned).toEqual({ programs: Object.fromEntries(names.map((name) => [name, program(name)])) });
  });

  it('pin nothing when a version is not published', () => {
    on('application', 'rm', '/programs.auto.tfvars.json');
    expect(() => on('application', 'bash', '-c', script('pin-programs.sh'), 'pin', 'grafana=99.0.0')).toThrow();
    expect(() => on('application', 'ls', '/programs.auto.tfvars.json')).toThrow(/No such file/);
  });

  it('put a secret that was given, to the letter, and one that nobody has seen', () => {
    const put = 'export AWS_REGION=eu-central-1; printf "%s" "$2" | bash -c "$1" put-secret "${@:3}"';
    const given = `xapp-1 "of" $HOME & 'more'`;
    const [app, api] = ['/smartcloudops/prod/cache/AUTH_TOKEN', '/smartcloudops/prod/cache/OTHER_KEY'];
    on('application', 'bash', '-c', put, 'put', script('put-secret.sh'), given, app);
    on('application', 'bash', '-c', put, 'put', script('put-secret.sh'), '', api, '--generate');
    expect(world.parameter(app)).toBe(given);
    expect(world.parameter(api)).toMatch(/^[0-9a-f]{48}$/);
  });
});

describe('a machine with a database', () => {
  it('gives the bot the password that RDS keeps now, as a URL', () => {
    const arn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds-1';
    world.putSecret(arn, JSON.stringify({ username: 'smartcloudops', password: 'p@ss:w/rd?#' }));
    const told = [
      'SECRET_PATHS=/smartcloudops/prod/shared',
      'SECRET_READERS=emergency.service',
      `DATABASE_SECRET_ARN=${arn}`,
    ];
    const database = ['DATABASE_ADDRESS=db.example.com', 'AWS_REGION=eu-central-1'];
    on('application', 'env', ...told, ...database, '/opt/smartcloudops/bin/fetch-secrets.sh');
    expect(on('application', 'cat', '/run/smartcloudops/secrets/DATABASE_URL')).toBe(
      'postgres://smartcloudops:p%40ss%3Aw%2Frd%3F%23@db.example.com:5432/smartcloudops?sslmode=verify-full&sslrootcert=%2Fetc%2Fsmartcloudops%2Frds-ca.pem',
    );
  });
});

describe('a machine that is replaced', () => {
  it('ends its bot in good order and gives the data to the next one', async () => {
    const say = (path: string, ...more: readonly string[]): string =>
      curl('application', `http://127.0.0.1:5000${path}`, ...asked(keys[1]), ...more);
    say('/ai/switch', '--json', '{"provider":"fallback"}');
    on('application', 'systemctl', 'stop', 'smartcloudops.service');
    const result = on('application', 'systemctl', 'show', '--property=Result', '--value', 'smartcloudops.service');
    expect(result.trim()).toBe('success');
    await machines.get('application')?.stop();
    await boot('application');
    await until('the next bot remembers', 30_000, () => say('/status').includes('"choice":"fallback"') || undefined);
  });
});
