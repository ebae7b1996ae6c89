import type { Candidate } from './settings-grid.ts';

/** What one candidate did in one fold of one entity. */
export type CellResult = {
  readonly fold: number;
  readonly injected: number;
  readonly caught: number;
  readonly falseAlerts: number;
  readonly days: number;
};

/** A candidate with its cells, those of all candidates in the same order: the same entities, folds and faults. */
export type Tried = { readonly candidate: Candidate; readonly cells: readonly CellResult[] };

export type Preference = { readonly chosen: Tried; readonly because: string };

/** So many standard errors of the difference are no tie. */
const clearErrors = 2;

/**
 * Prefers what catches the most injected faults and differs the least between folds, among those within the budget of false
 * alerts (or no worse than the usual settings, which come first). Without a clear lead the usual ones stay. No label is needed.
 */
export function prefer(tried: readonly Tried[], alertBudgetPerDay: number): Preference | null {
  const [usual, ...others] = tried;
  if (usual === undefined) return null;
  const allowed = Math.max(alertBudgetPerDay, falsePerDay(usual));
  const leaders = others
    .filter((one) => falsePerDay(one) <= allowed)
    .map((one) => ({ one, lead: worth(one) - worth(usual) }))
    .filter(({ one, lead }) => lead > clearErrors * errorOfLead(one, usual))
    .toSorted((a, b) => b.lead - a.lead);
  const [first] = leaders;
  const usually = `the usual ones ${said(usual)}`;
  if (first === undefined) return { chosen: usual, because: `no other settings were clearly better: ${usually}` };
  return { chosen: first.one, because: `${said(first.one)}, ${usually}` };
}

/** Whether what was preferred holds on rows that it was not chosen on: it catches as much and is no more often wrong. */
export function holds(chosen: Tried, usual: Tried, alertBudgetPerDay: number): boolean {
  const allowed = Math.max(alertBudgetPerDay, falsePerDay(usual));
  return recall(chosen.cells) >= recall(usual.cells) && falsePerDay(chosen) <= allowed;
}

/** In words: "caught 20 of 24 at 0.5 false alerts a day". */
export function said({ cells, ...rest }: Tried): string {
  const [caught, injected] = [sum(cells, 'caught'), sum(cells, 'injected')];
  return `caught ${caught} of ${injected} at ${falsePerDay({ cells, ...rest }).toFixed(2)} false alerts a day`;
}

export const falsePerDay = ({ cells }: Tried): number => sum(cells, 'falseAlerts') / sum(cells, 'days');

/** The share of faults that is caught, less how much that share differs between folds (a standard deviation). */
function worth({ cells }: Tried): number {
  const byFold = [...Map.groupBy(cells, (cell) => cell.fold).values()].map(recall);
  return recall(cells) - deviationOf(byFold);
}

/** The standard error of the difference in recall, over entities and folds. */
function errorOfLead(one: Tried, other: Tried): number {
  const differences = one.cells.map((cell, at) => recall([cell]) - recall(other.cells.slice(at, at + 1)));
  return deviationOf(differences) / Math.sqrt(Math.max(1, differences.length));
}

function recall(cells: readonly CellResult[]): number {
  const injected = sum(cells, 'injected');
  return injected === 0 ? 0 : sum(cells, 'caught') / injected;
}

function sum(cells: readonly CellResult[], what: Exclude<keyof CellResult, 'fold'>): number {
  return cells.reduce((total, cell) => total + cell[what], 0);
}

function deviationOf(numbers: readonly number[]): number {
  if (numbers.length < 2) return 0;
  const mean = numbers.reduce((total, one) => total + one, 0) / numbers.length;
  return Math.sqrt(numbers.reduce((total, one) => total + (one - mean) ** 2, 0) / (numbers.length - 1));
}
