import { expect, it } from 'vitest';
import { createStatus } from '../../src/commands/status.ts';
import type { StatusReport } from '../../src/core/status.ts';
import { incident } from '../ai/situation.ts';
import { commandBench } from './list.ts';

it.each([
  ['ok', 0, 'All good: no open incident.', 'good'],
  ['ok', 1, '1 open incident; the bot itself is well.', 'warning'],
  ['degraded', 0, 'Working with limits: no open incident.', 'warning'],
  ['failing', 2, 'Not working: 2 open incidents.', 'critical'],
] as const)('a bot that is %s with %d open incidents says so', async (state, count, summary, tone) => {
  const { status } = commandBench({ open: Array.from({ length: count }, () => incident) });
  const report: StatusReport = { ...status(), state };
  const by = { platform: 'slack', id: 'U1', name: 'Ada' };
  const reply = await createStatus(() => report).run(
    {},
    { by, role: 'viewer', show: async () => {} },
    new AbortController().signal,
  );
  expect(reply.summary).toBe(summary);
  expect(reply.blocks[0]).toEqual({ kind: 'heading', text: summary, tone });
});
