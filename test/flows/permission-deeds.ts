import type { Button } from '../../src/core/button.ts';
import type { Command } from '../../src/core/command.ts';
import { mayActAs, type Role } from '../../src/core/person.ts';
import type { Reply } from '../../src/core/reply.ts';
import { type House, typed } from './permission-house.ts';
import { permissionTable } from './permission-table.ts';

/** Something that somebody does: the line they type, or the button they click and what they write into its form. */
export type Deed = {
  readonly command: string;
  readonly line: string;
  readonly button: Button;
  readonly written: Readonly<Record<string, string>>;
};

/** A way to do things: who does them, what the record calls it, and what they do; `act` gives the id of the event that it makes. */
export type Way = {
  readonly person: string;
  readonly via: string;
  readonly deeds: readonly Deed[];
  readonly act: (deed: Deed) => string | Promise<string>;
};

/** Everything in the table. */
export function everyDeed(commands: readonly Command[]): readonly Deed[] {
  return Object.entries(permissionTable).map(([command, { line }]) => {
    const button = { text: command, style: 'plain', ...typed(commands, line), asks: [] } as const;
    return { command, line, button, written: {} };
  });
}

/** What takes values, with buttons that know none of them and ask for all in a form. */
export function everyForm(commands: readonly Command[]): readonly Deed[] {
  return everyDeed(commands).flatMap(({ button, ...deed }) => {
    const asks = Object.keys(button.values);
    if (asks.length === 0) return [];
    return { ...deed, button: { ...button, values: {}, asks }, written: button.values };
  });
}

/** Every platform takes so many buttons in a message. */
const buttonsPerCard = 25;

/** Cards with a button for each of these. */
export function cardsFor(deeds: readonly Deed[]): readonly Reply[] {
  return Array.from({ length: Math.ceil(deeds.length / buttonsPerCard) }, (_, at) => {
    const buttons = deeds.slice(at * buttonsPerCard, (at + 1) * buttonsPerCard).map(({ button }) => button);
    return {
      summary: 'what can be done',
      blocks: [
        { kind: 'text', text: 'what can be done' },
        { kind: 'buttons', buttons },
      ],
      onlyYou: false,
    };
  });
}

/** What the table says happens when somebody with that role does all this. */
export function due(role: Role, { person, via, deeds }: Omit<Way, 'act'>): readonly string[] {
  return deeds.map(({ command }) => {
    const row = permissionTable[command];
    if (row === undefined) throw new Error(`the table has no "${command}"`);
    const isAllowed = mayActAs(role, row.needs);
    const line = row.onRecord
      ? `${person} as ${role} by ${via}: ${command} ${isAllowed ? 'allowed' : 'refused'}`
      : 'no line';
    return `${command}: ${isAllowed ? 'ran' : `told that it is for ${row.needs}s`}, ${line}`;
  });
}

/** Does all this one after another, and says what happened. */
export async function happens(house: House, { deeds, act }: Way): Promise<readonly string[]> {
  const happened: string[] = [];
  for (const deed of deeds) {
    const { ran, told, audit } = house;
    const [runs, { sequence }] = [ran.length, await audit.head()];
    const id = await act(deed);
    const words = await answered(told, id);
    const lines = (await audit.newest(10, null)).filter((one) => one.sequence > sequence);
    const onRecord = lines.map(({ entry }) =>
      entry === null
        ? 'damaged'
        : `${entry.person.platform}:${entry.person.id} as ${entry.role} by ${entry.via}: ${entry.command} ${entry.outcome}`,
    );
    const named = /is (for \w+)\./.exec(words)?.[1] ?? words;
    const what = ran.slice(runs).map((command) => (command === deed.command ? 'ran' : `ran ${command}`));
    happened.push(
      `${deed.command}: ${what.join(' and ') || `told that it is ${named}`}, ${onRecord.join(' and ') || 'no line'}`,
    );
  }
  return happened;
}

/** What somebody was told in the end. */
async function answered(told: ReadonlyMap<string, string>, id: string): Promise<string> {
  for (const until = performance.now() + 10_000; performance.now() < until; ) {
    const words = told.get(id);
    if (words !== undefined) return words;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  throw new Error(`nobody answered ${id}`);
}
