import type { Incident } from './incident.ts';

/** What the corridors report about themselves. Durations in ms. Must never throw. */
export type Telemetry = {
  tick(outcome: 'ok' | 'failed', tookMs: number, lagMs: number): void;
  detection(watch: string): void;
  incident(event: 'opened' | 'resolved', incident: Incident): void;
  notice(platform: string, outcome: 'told' | 'failed', ageMs: number): void;
  provider(provider: string, outcome: string, tookMs: number, tokens: number): void;
  command(name: string, outcome: 'ok' | 'refused' | 'usage' | 'failed', tookMs: number): void;
};
