import { z } from 'zod';
import { type Command, defineCommand, usageOf } from '../core/command.ts';
import { mayActAs, type Role } from '../core/person.ts';

/** Lists the commands that the person who asks may use, and no others. */
export function createHelp(commands: () => readonly Command[]): Command {
  return defineCommand({
    path: ['help'],
    summary: 'What you can ask for here',
    effect: 'read',
    role: 'viewer',
    options: [],
    input: z.strictObject({}),
    run: async (_input, { role }) => {
      const mine = commandsFor(commands(), role);
      return {
        summary: `You may use ${mine.length} commands.`,
        blocks: [
          { kind: 'heading', text: 'What you can ask for', tone: 'neutral' },
          {
            kind: 'table',
            columns: ['command', 'what it does'],
            rows: mine.map((command) => [usageOf(command), command.summary]),
          },
          { kind: 'note', text: 'Or mention me and ask in your own words.' },
        ],
        onlyYou: true,
      };
    },
  });
}

export function commandsFor(commands: readonly Command[], role: Role): readonly Command[] {
  return commands.filter((command) => mayActAs(role, command.role));
}
