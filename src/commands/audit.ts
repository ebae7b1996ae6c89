import { z } from 'zod';
import { type AuditLine, type AuditStore, formatHead } from '../core/audit.ts';
import { type Command, defineCommand } from '../core/command.ts';
import { formatTime } from '../core/format.ts';

type Record = Pick<AuditStore, 'newest' | 'head'>;

const usualLines = 20;
const mostLines = 100;
/** So many lines back somebody is looked for, some at a time. */
const farthestBack = 5_000;
const pageLines = 500;
const columns = ['line', 'when', 'who', 'role', 'by', 'what', 'outcome'];

/** The record of actions, newest first; of a person, a command or an outcome when one is named. */
export function createAudit(record: Record): Command {
  return defineCommand({
    path: ['audit'],
    summary: 'Who did what, or was refused',
    effect: 'read',
    role: 'admin',
    options: [
      { name: 'lines', summary: 'how many', required: false, choices: [], completes: false, shape: /^\d+$/ },
      {
        name: 'of',
        summary: 'a person (slack:U012AB3CD, or a name), a command, or refused',
        required: false,
        choices: [],
        completes: false,
      },
    ],
    input: z.strictObject({
      lines: z.coerce
        .number('Say how many lines as a number, for instance 20')
        .int('Say how many lines as a whole number')
        .min(1, 'Ask for one line at least')
        .max(mostLines, `Ask for ${mostLines} lines at most`)
        .default(usualLines),
      of: z.string().trim().max(100, 'Say in at most 100 characters whom or what you look for').default(''),
    }),
    run: async ({ lines: limit, of }) => {
      const lines = await find(record, limit, of.toLowerCase());
      const head = await record.head();
      const whose = of === '' ? '' : ` of "${of}"`;
      const count = lines.length === 1 ? 'The last line' : `The last ${lines.length} lines`;
      const summary = lines.length === 0 ? `The record has no line${whose}.` : `${count}${whose} on record.`;
      const far = of !== '' && head.sequence > farthestBack ? ` Looked at the last ${farthestBack} lines.` : '';
      return {
        summary,
        blocks: [
          { kind: 'heading', text: summary, tone: 'neutral' },
          ...(lines.length === 0 ? [] : [{ kind: 'table' as const, columns, rows: lines.map(rowOf) }]),
          {
            kind: 'note',
            text: `The record ends with ${formatHead(head)}; "npm run audit:verify" follows it from the first line.${far}`,
          },
        ],
        onlyYou: true,
        data: { lines, head },
      };
    },
  });
}

async function find(record: Record, limit: number, of: string): Promise<readonly AuditLine[]> {
  const found: AuditLine[] = [];
  let before: number | null = null;
  for (let seen = 0; found.length < limit && seen < farthestBack; seen += pageLines) {
    const page: readonly AuditLine[] = await record.newest(of === '' ? limit : pageLines, before);
    found.push(...page.filter((line) => isOf(line, of)));
    before = page.at(-1)?.sequence ?? null;
    if (page.length < pageLines) break;
  }
  return found.slice(0, limit);
}

/** A line that can't be read is of everybody: it may hide what is looked for. */
function isOf({ entry }: AuditLine, of: string): boolean {
  if (of === '' || entry === null) return true;
  const { person, command, outcome, role } = entry;
  return [`${person.platform}:${person.id}`, person.name, command, outcome, role].some((text) =>
    text.toLowerCase().includes(of),
  );
}

function rowOf({ sequence, entry }: AuditLine): readonly string[] {
  if (entry === null)
    return [String(sequence), '', 'this line can not be read: run "npm run audit:verify"', '', '', '', ''];
  const { at, person, role, via, command, values, outcome } = entry;
  const given = Object.entries(values).map(([name, value]) => `${name}=${value}`);
  return [
    String(sequence),
    formatTime(at),
    `${person.name} (${person.platform}:${person.id})`,
    role,
    via,
    [command, ...given].join(' '),
    outcome,
  ];
}
