import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { fileVariableOf, secretVariables, variables } from '../../src/config/variables.ts';
import { runbookTo } from '../manifests/rule-files.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/operations.md'), 'utf8');

const rules = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({ alert: z.string().optional(), annotations: z.record(z.string(), z.string()).optional() }),
      ),
    }),
  ),
});
const alerts = globSync('manifests/prometheus/**/*.yml', { cwd: root })
  .map((file) => rules.safeParse(parse(readFileSync(join(root, file), 'utf8'))))
  .flatMap(({ data }) => data?.groups.flatMap((group) => group.rules) ?? [])
  .flatMap(({ alert, annotations }) => (alert === undefined ? [] : [{ alert, runbook: annotations?.runbook ?? '' }]));

/** The text under each heading of this depth, by the heading. */
function sectionsOf(text: string, depth: number): ReadonlyMap<string, string> {
  const [, ...parts] = text.split(new RegExp(`^#{${depth}} `, 'm'));
  return new Map(parts.map((part) => [part.split('\n')[0] ?? '', part.split('\n').slice(1).join('\n')]));
}

/** Where a heading can be jumped to. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w -]/g, '')
    .replaceAll(' ', '-');
const anchors = new Set([...page.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading ?? '')));
const sections = sectionsOf(sectionsOf(page, 2).get('Alerts') ?? '', 3);

describe('the page for operators', () => {
  it('has alerts to speak of', () => {
    expect(alerts.length).toBeGreaterThan(3);
    expect(sections.size).toBeGreaterThan(3);
  });

  it.each(alerts)('says of $alert what it means, where to look and what to do', ({ alert, runbook }) => {
    const section = sections.get(alert);
    expect(section, `docs/operations.md has no heading "### ${alert}"`).toBeDefined();
    for (const part of ['Means', 'Look at', 'Do'])
      expect(section).toMatch(new RegExp(`^\\*\\*${part}\\.\\*\\* \\S.{10,}`, 'm'));
    expect(runbook).toBe(runbookTo(anchorOf(alert)));
  });

  it.each([...sections])('has the three parts of %s, each once and in their order', (_, section) => {
    expect([...section.matchAll(/^\*\*([\w ]+)\.\*\*/gm)].map(([, part]) => part)).toEqual(['Means', 'Look at', 'Do']);
  });

  it('leads only to headings that are there', () => {
    const links = [...page.matchAll(/\]\(#([\w-]+)\)/g)].map(([, anchor]) => anchor ?? '');
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter((anchor) => !anchors.has(anchor))).toEqual([]);
  });

  it('names only variables that are read', () => {
    const known = new Set<string>([...variables.map(({ name }) => name), ...secretVariables.map(fileVariableOf)]);
    const families =
      /\b(?:SLACK|DISCORD|GEMINI|OPENAI|PROMETHEUS|S3|LOGS|LOG|BACKUP|DATA|DATABASE|WATCHES|POLL|TRAIN|API|AI)_[A-Z0-9_]+\b/g;
    const named = new Set(page.match(families));
    expect(named.size).toBeGreaterThan(15);
    expect([...named].filter((name) => !known.has(name))).toEqual([]);
  });

  it('names only scripts of npm and files that are there', () => {
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
    const run = [...page.matchAll(/npm run (?:-s )?([\w:]+)/g)].map(([, name]) => name ?? '');
    expect(run.filter((name) => scripts[name] === undefined)).toEqual([]);
    const files = [...page.matchAll(/`(?:node )?((?:src|test|manifests|docs)\/[\w./-]+)`/g)].map(
      ([, file]) => file ?? '',
    );
    expect(files.length).toBeGreaterThan(4);
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });
});
