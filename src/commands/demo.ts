import { z } from 'zod';
import { type Command, defineCommand } from '../core/command.ts';
import { type DemoCluster, faultKinds } from '../core/demo.ts';
import { say } from '../core/reply.ts';

/** Breaks something in the simulated cluster. */
export function createDemoBreak(cluster: DemoCluster): Command {
  return defineCommand({
    path: ['demo', 'break'],
    summary: 'Break something in the simulated cluster',
    effect: 'write',
    role: 'admin',
    options: [
      { name: 'kind', summary: 'what kind of fault', required: false, choices: faultKinds, completes: false },
      { name: 'host', summary: 'on which simulated host', required: false, choices: [], completes: true },
    ],
    input: z.strictObject({ kind: z.enum(faultKinds).optional(), host: z.string().max(100).optional() }),
    run: async ({ kind, host }) => {
      const fault = await cluster.break(kind ?? null, host ?? null);
      return say(
        `A ${fault.kind} has begun on ${fault.entity} (simulated). The alert should be here within a minute; "demo heal" ends it.`,
      );
    },
    complete: async (option, typed) =>
      option === 'host' ? cluster.entities.filter((entity) => entity.includes(typed)) : [],
  });
}

/** Ends every fault of the simulated cluster. */
export function createDemoHeal(cluster: DemoCluster): Command {
  return defineCommand({
    path: ['demo', 'heal'],
    summary: 'End the faults of the simulated cluster',
    effect: 'write',
    role: 'admin',
    options: [],
    input: z.strictObject({}),
    run: async () => {
      const ended = await cluster.heal();
      if (ended.length === 0) return say('Nothing was broken.');
      return say(
        `Healed: ${ended.map((fault) => `${fault.kind} on ${fault.entity}`).join(', ')} (simulated). Cards say so some minutes later.`,
      );
    },
  });
}
