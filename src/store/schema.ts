import type { Generated } from 'kysely';

/**
 * The tables, the same in SQLite and PostgreSQL. `body` is a noun of the house as JSON; what a query has to look at
 * stands in a column of its own. Times are epoch ms.
 */
export type Schema = {
  incidents: { id: string; is_open: number; opened_at: number; body: string };
  /** `digest` is null for a card of its own. */
  told: { key: string; incident: string; digest: string | null; body: string };
  /** `attempted_at` is not in the body: it is written while a newer notice may take the place of the body. */
  owed: { key: string; incident: string; revision: number; attempted_at: number | null; body: string };
  silences: { id: string; until: number; body: string };
  settings: { name: string; value: string };
  deliveries: { id: string; at: number };
  console_messages: { id: Generated<number>; key: string; edited_at: number | null; body: string; reply: string };
  /** Each line holds the hash of the one before. Triggers refuse every change of a line. */
  audit_lines: { sequence: number; body: string; hash: string };
  /** One row, with the id 1: where the record ends. Who holds it may add a line. */
  audit_head: { id: number; sequence: number; hash: string };
};

export type SqlDialect = 'sqlite' | 'postgres';
