import { featureGroups } from './catalogue.ts';

const header = ['group', 'feature', 'per', 'formula', 'unit', 'reason'];

/** The list of features for the page of this room, in Markdown. */
export function featureTable(): string {
  const rows = featureGroups.flatMap(({ name: group, kinds }) =>
    kinds.map(({ name, per, formula, unit, reason }) => [group, name, per, formula, unit, reason]),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}
