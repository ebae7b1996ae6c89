import type { Role } from '../../src/core/person.ts';

type Row = {
  /** What somebody types. */
  readonly line: string;
  readonly needs: Role;
  /** Whether there is a line on record, allowed or refused. */
  readonly onRecord: boolean;
};

const everybody = { needs: 'viewer', onRecord: false } as const;
const responders = { needs: 'responder', onRecord: true } as const;
const admins = { needs: 'admin', onRecord: true } as const;

/** What every command needs, written down by hand: this table and not the commands says what is right. */
export const permissionTable: Readonly<Record<string, Row>> = {
  help: { line: 'help', ...everybody },
  status: { line: 'status', ...everybody },
  ask: { line: 'ask why', ...everybody },
  query: { line: 'query up', ...everybody },
  anomalies: { line: 'anomalies', ...everybody },
  alerts: { line: 'alerts', ...everybody },
  history: { line: 'history web-*', ...everybody },
  why: { line: 'why 1a2b3c4d', ...everybody },
  ack: { line: 'ack 1a2b3c4d', ...responders },
  resolve: { line: 'resolve 1a2b3c4d', ...responders },
  feedback: { line: 'feedback 1a2b3c4d noise', ...responders },
  'silence add': { line: 'silence add web-1 1h', ...responders },
  'silence list': { line: 'silence list', ...everybody },
  'silence end': { line: 'silence end 1a2b3c4d', ...responders },
  explain: { line: 'explain 1a2b3c4d', ...everybody },
  graph: { line: 'graph cpu web-1 1h', ...everybody },
  forecast: { line: 'forecast cpu', ...everybody },
  backtest: { line: 'backtest 3', ...everybody },
  'ai show': { line: 'ai show', ...everybody },
  'ai switch': { line: 'ai switch openai', ...admins },
  'ai test': { line: 'ai test', ...everybody },
  'model show': { line: 'model show', ...everybody },
  'model history': { line: 'model history', ...admins },
  'model train': { line: 'model train', ...admins },
  'model rollback': { line: 'model rollback', ...admins },
  'triage show': { line: 'triage show', ...everybody },
  'triage on': { line: 'triage on hosts', ...admins },
  'triage off': { line: 'triage off hosts', ...admins },
  audit: { line: 'audit 5', ...admins },
  'demo break': { line: 'demo break spike', ...admins },
  'demo heal': { line: 'demo heal', ...admins },
  // Kinds of commands that there may be: a change that everybody may make, and something that responders alone may see.
  'probe note': { line: 'probe note', needs: 'viewer', onRecord: true },
  'probe peek': { line: 'probe peek', ...responders },
};
