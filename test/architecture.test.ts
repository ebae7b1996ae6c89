import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const edges = ['metrics', 'ai', 'chat', 'store', 'logs', 'backup', 'http', 'demo'];
const pure = ['core', 'detection', 'incidents'];

/** Who may import whom. A file of `src` itself is a row of its own name; `packages` is anything that is not a path. */
const table: Readonly<Record<string, { readonly rooms: readonly string[]; readonly packages: RegExp }>> = {
  core: { rooms: ['core'], packages: /^zod$/ },
  detection: { rooms: ['core', 'detection'], packages: /^ml-matrix$/ },
  // Its packages are for Prophet alone, which it loads when it is wanted.
  forecast: { rooms: ['core', 'detection', 'forecast'], packages: /^(@bsull\/augurs.*|node:(fs|timers)\/promises)$/ },
  backtest: { rooms: ['core', 'detection', 'backtest'], packages: /^$/ },
  triage: { rooms: ['core', 'detection', 'triage'], packages: /^(ml-random-forest|zod)$/ },
  incidents: { rooms: ['core', 'incidents'], packages: /^$/ },
  ...Object.fromEntries(edges.map((room) => [room, { rooms: ['core', room], packages: /./ }])),
  // Its thread takes its turns as other threads do.
  charts: {
    rooms: ['core', 'charts', 'turns.ts'],
    packages: /^(echarts.*|@resvg\/resvg-js|node:(crypto|fs|module|worker_threads))$/,
  },
  commands: { rooms: [...pure, 'commands'], packages: /^(zod|fastest-levenshtein)$/ },
  'desk.ts': { rooms: ['core', 'incidents'], packages: /^$/ },
  'silences.ts': { rooms: ['core', 'incidents', 'desk.ts'], packages: /^node:crypto$/ },
  'mirror.ts': { rooms: ['core', 'incidents', 'silences.ts'], packages: /^$/ },
  'heartbeat.ts': { rooms: ['core', 'desk.ts'], packages: /^$/ },
  'unkept.ts': { rooms: ['core'], packages: /^$/ },
  'alerts.ts': { rooms: ['core', 'incidents', 'desk.ts'], packages: /^$/ },
  'act.ts': { rooms: ['core', 'incidents', 'desk.ts'], packages: /^$/ },
  'triage.ts': { rooms: ['core', 'triage', 'run-worker.ts'], packages: /^$/ },
  'triage-worker.ts': { rooms: ['triage', 'run-worker.ts'], packages: /^node:worker_threads$/ },
  'why.ts': { rooms: ['core', 'incidents'], packages: /^$/ },
  'watch.ts': { rooms: [...pure, 'observe.ts', 'desk.ts'], packages: /^$/ },
  'observe.ts': { rooms: pure, packages: /^$/ },
  'refit.ts': { rooms: [...pure, 'model-control.ts'], packages: /^$/ },
  'model-control.ts': { rooms: [...pure, 'observe.ts', 'train.ts'], packages: /^$/ },
  'picture.ts': { rooms: ['core'], packages: /^$/ },
  'tell.ts': { rooms: ['core', 'incidents'], packages: /^$/ },
  'deliver.ts': { rooms: ['core', 'tell.ts'], packages: /^$/ },
  'converse.ts': { rooms: [...pure, 'commands', 'record.ts'], packages: /^rate-limiter-flexible$/ },
  'record.ts': { rooms: ['core'], packages: /^$/ },
  'turns.ts': { rooms: [], packages: /^$/ },
  'run-worker.ts': { rooms: ['core'], packages: /^node:worker_threads$/ },
  'train.ts': { rooms: [...pure, 'run-worker.ts', 'turns.ts'], packages: /^node:crypto$/ },
  // A worker is a small process of its own: it composes what it needs.
  'train-worker.ts': {
    rooms: [...pure, 'backtest', 'metrics', 'replay.ts', 'run-worker.ts', 'train.ts'],
    packages: /^node:worker_threads$/,
  },
  'forecast.ts': { rooms: ['core', 'run-worker.ts', 'turns.ts'], packages: /^$/ },
  'forecast-worker.ts': {
    rooms: ['core', 'forecast', 'forecast.ts', 'metrics', 'run-worker.ts'],
    packages: /^node:worker_threads$/,
  },
  'replay.ts': { rooms: [...pure, 'backtest', 'observe.ts'], packages: /^$/ },
  'backtest.ts': { rooms: ['core', 'backtest', 'run-worker.ts'], packages: /^$/ },
  'backtest-worker.ts': {
    rooms: [...pure, 'backtest', 'backtest.ts', 'metrics', 'replay.ts', 'run-worker.ts', 'turns.ts'],
    packages: /^node:worker_threads$/,
  },
  // The second program: it judges the detector on files, and its worker composes what it needs.
  evaluate: { rooms: ['core', 'detection', 'evaluate'], packages: /^(zod|node:.*)$/ },
  'rules.ts': { rooms: ['core'], packages: /^zod$/ },
  'watches.ts': { rooms: ['core', 'rules.ts'], packages: /./ },
  config: { rooms: ['core', 'config', 'rules.ts', 'watches.ts'], packages: /./ },
  'log.ts': { rooms: ['core'], packages: /./ },
  'version.ts': { rooms: [], packages: /^(zod|node:(fs|path))$/ },
  'compose-storage.ts': {
    rooms: ['core', 'config', 'log.ts', 'store', 'logs', 'backup', 'version.ts'],
    packages: /^node:(crypto|os|path)$/,
  },
  'compose-ai.ts': { rooms: ['core', 'config', 'ai', 'commands'], packages: /^$/ },
  'compose-incidents.ts': {
    rooms: [
      'core',
      'config',
      'incidents',
      'metrics',
      'deliver.ts',
      'desk.ts',
      'act.ts',
      'alerts.ts',
      'mirror.ts',
      'silences.ts',
      'why.ts',
    ],
    packages: /^node:crypto$/,
  },
  'compose-health.ts': {
    rooms: ['core', 'config', 'commands', 'desk.ts', 'heartbeat.ts', 'unkept.ts'],
    packages: /^$/,
  },
  'compose-chat.ts': { rooms: ['core', 'config', 'chat'], packages: /^$/ },
  'compose.ts': { rooms: ['*'], packages: /./ },
  'main.ts': { rooms: ['core', 'config', 'compose.ts', 'compose-storage.ts'], packages: /^node:/ },
  // Front doors of their own, each for one question.
  tools: {
    rooms: ['core', 'config', 'compose-storage.ts', 'log.ts', 'logs', 'backup', 'tools'],
    packages: /^(node:.+|zod)$/,
  },
};

const files = globSync('src/**/*.ts').map((file) => file.replaceAll('\\', '/'));
const roomOf = (file: string) => file.split('/')[1] ?? '';

function importsOf(file: string): readonly string[] {
  const source = readFileSync(file, 'utf8');
  return [
    ...source.matchAll(
      /(?:^|\n)\s*(?:import|export)\s(?:[^;'"]*?from)?\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]/g,
    ),
  ]
    .map((match) => match[1] ?? match[2] ?? '')
    .filter((name) => name !== '');
}

const targetOf = (file: string, name: string) => normalize(join(dirname(file), name)).replaceAll('\\', '/');

describe('the house', () => {
  it.each(files)('%s imports only what its room may', (file) => {
    const row = table[roomOf(file)];
    expect(row, `the room of ${file} is not in the table`).toBeDefined();
    for (const name of importsOf(file)) {
      if (!name.startsWith('.')) expect(name).toMatch(row?.packages ?? /^$/);
      else if (!row?.rooms.includes('*')) expect(row?.rooms).toContain(roomOf(targetOf(file, name)));
    }
  });

  it.each(files.filter((file) => !['main.ts', 'tools'].includes(roomOf(file))))(
    '%s leaves the environment alone',
    (file) => {
      expect(readFileSync(file, 'utf8')).not.toMatch(/process\.env/);
    },
  );

  it.each(
    files.filter((file) => ['core', 'backtest', 'detection', 'forecast', 'incidents', 'triage'].includes(roomOf(file))),
  )('%s takes clock and chance as arguments', (file) => {
    expect(readFileSync(file, 'utf8')).not.toMatch(/Date\.now|new Date\(\)|Math\.random|performance\.now|\bfetch\(/);
  });

  it('names the detector only where a program or a thread is composed', () => {
    const naming = files.filter((file) => /\bcreate\w*Detector\(\)/.test(readFileSync(file, 'utf8')));
    expect(naming.filter((file) => roomOf(file) !== 'detection').toSorted()).toEqual([
      'src/backtest-worker.ts',
      'src/compose.ts',
      'src/evaluate/worker.ts',
      'src/train-worker.ts',
    ]);
  });

  it('has no cycles', () => {
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): void => {
      expect(path, `${[...path, file].join(' -> ')}`).not.toContain(file);
      if (done.has(file)) return;
      for (const name of importsOf(file)) if (name.startsWith('.')) visit(targetOf(file, name), [...path, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
  });

  it('has no barrels and no folder where everything goes', () => {
    expect(files.filter((file) => /\/index\.ts$|\/(utils|helpers|common|manager)\//.test(file))).toEqual([]);
  });

  it('keeps the front door small', () => {
    expect(readFileSync('src/main.ts', 'utf8').split('\n').length).toBeLessThanOrEqual(41);
  });
});
