import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { discordRegistration } from '../src/chat/discord/registration.ts';
import { slackManifest } from '../src/chat/slack/manifest.ts';
import { createCommands } from '../src/commands/list.ts';
import { exampleEnvironment, secretFilesLine, variablesTable } from '../src/config/variables.ts';
import type { Command } from '../src/core/command.ts';
import { featureTable } from '../src/detection/features/feature-table.ts';
import { stackEnvironment, stackSecretFiles, stackSecretNames } from './compose/environment.ts';
import { botDashboard } from './grafana/bot.ts';
import { hostsDashboard } from './grafana/hosts.ts';
import { incidentsDashboard } from './grafana/incidents.ts';

/** The commands of a bot that watches real numbers. Nothing here is run: only what the commands say of themselves is read. */
export function commandsOfTheBot(): readonly Command[] {
  const unused = (): never => {
    throw new Error('a manifest is made of what commands say of themselves; none is run');
  };
  return createCommands({
    status: unused,
    situation: unused,
    pictures: { ofEntity: unused },
    timeZone: 'UTC',
    silences: { add: unused, end: unused, active: unused },
    askWhy: unused,
    incidents: { act: unused, open: unused, recent: unused, find: unused },
    source: { name: 'none', instant: unused, range: unused },
    forecast: unused,
    backtests: { run: unused, cancel: unused },
    watches: [],
    ask: unused,
    ai: { choose: unused, status: unused, test: unused },
    models: { inUse: unused, history: unused, train: unused, rollBack: unused },
    triage: { show: unused, turn: unused },
    settings: { get: unused, set: unused },
    audit: { newest: unused, head: unused },
    demo: null,
    now: unused,
  });
}

/** Every generated file, by its path in the project, with its text. */
export function manifests(): ReadonlyMap<string, string> {
  const commands = commandsOfTheBot();
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  return new Map([
    ['manifests/slack/app-manifest.json', json(slackManifest(commands))],
    ['manifests/discord/commands.json', json(discordRegistration(commands))],
    ['manifests/grafana/dashboards/hosts.json', json(hostsDashboard())],
    ['manifests/grafana/dashboards/bot.json', json(botDashboard())],
    ['manifests/grafana/dashboards/incidents.json', json(incidentsDashboard())],
    ['.env.example', exampleEnvironment()],
    ['compose.yaml', composeFile()],
    ['README.md', withMarked('README.md', 'variables', `${variablesTable()}\n\n${secretFilesLine()}`)],
    ['src/detection/README.md', withMarked('src/detection/README.md', 'features', featureTable())],
  ]);
}

/** The text of a generated file as it is on the disk. */
export function manifestOnDisk(file: string): string {
  return readFileSync(join(import.meta.dirname, '..', file), 'utf8');
}

/** A page with what is generated between its two marks. */
function withMarked(file: string, mark: string, text: string): string {
  return between(file, manifestOnDisk(file), [`<!-- ${mark} -->`, `<!-- /${mark} -->`], text);
}

/** compose.yaml with the variables and secrets that the bot has now. */
function composeFile(): string {
  const parts = [
    ['environment', stackEnvironment()],
    ['secrets', stackSecretNames()],
    ['files', stackSecretFiles()],
  ] as const;
  return parts.reduce(
    (file, [mark, text]) => between('compose.yaml', file, [`# ${mark}`, `# /${mark}`], text),
    manifestOnDisk('compose.yaml'),
  );
}

/** What stands between two lines, each alone on its own, is this text. */
function between(file: string, whole: string, [first, last]: readonly [string, string], text: string): string {
  const marks = new RegExp(`(?<=^ *${first}\\n)([\\s\\S]*?)(?=^ *${last}$)`, 'm');
  const [before, , after] = whole.split(marks);
  if (before === undefined || after === undefined) throw new Error(`${file} has lost its mark "${first}"`);
  return `${before}${text}\n${after}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const [file, text] of manifests()) {
    const path = join(import.meta.dirname, '..', file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
