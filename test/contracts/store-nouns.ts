import type { Incident } from '../../src/core/incident.ts';
import type { Notice, Told } from '../../src/core/notice.ts';
import { nothingElse } from '../small-things.ts';

const audience = { platform: 'slack', channel: 'C0PS', thread: null };

export const anIncident: Incident = {
  id: 'i1',
  kind: 'anomaly',
  watch: 'hosts',
  entity: 'web-1',
  state: { kind: 'open', since: 1_767_225_600_000 },
  severity: 'warning',
  openedAt: 1_767_225_600_000,
  lastSeenAt: 1_767_225_660_000,
  revision: 1,
  ...nothingElse,
  peakScore: 1.25,
  confidence: 0.9,
  because: [{ metric: 'cpu', expected: 12.5, seen: 97.1, share: 1 }],
};

export const aNotice: Notice = {
  key: 'i1@slack@C0PS',
  incident: 'i1',
  revision: 1,
  kind: 'opened',
  audience,
  owedSince: 1_767_225_600_000,
  notBefore: null,
  digest: null,
  attemptedAt: null,
};

export const aTold: Told = {
  incident: 'i1',
  audience,
  revision: 1,
  kind: 'opened',
  card: { platform: 'slack', channel: 'C0PS', message: '1767225600.000100' },
  digest: null,
  at: 1_767_225_601_000,
};
