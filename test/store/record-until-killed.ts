/**
 * A process that puts actions on record, and says each head only after it was acknowledged. Somebody kills it in the middle;
 * or, with "act", an action does it in its own first moment. Arguments: the folder, and what the actions are called.
 */
import { z } from 'zod';
import { createConverse } from '../../src/converse.ts';
import { formatHead } from '../../src/core/audit.ts';
import { defineCommand } from '../../src/core/command.ts';
import { silentLog as log } from '../../src/core/log.ts';
import { noStanding } from '../../src/core/person.ts';
import { createRecorder } from '../../src/record.ts';
import { openStore } from '../../src/store/open-store.ts';
import { anEntry } from '../contracts/store-audit.ts';
import { quietTelemetry } from '../small-things.ts';

const [dataDir = '', name = ''] = process.argv.slice(2);
const store = await openStore({ databaseUrl: null, dataDir, log });

const act = defineCommand({
  ...{ path: ['act'], summary: 'x', effect: 'write', role: 'admin', options: [], input: z.strictObject({}) },
  run: async () => {
    process.stdout.write('it has begun\n');
    process.kill(process.pid, 'SIGKILL');
    return new Promise(() => {});
  },
});
const converse = createConverse({
  commands: [act],
  roleOf: () => 'admin',
  record: createRecorder({ audit: store.audit, hide: (text) => text, now: Date.now }),
  ...{ telemetry: quietTelemetry, now: Date.now, log },
});

if (name === 'act') {
  const at = { platform: 'slack', channel: 'C1', thread: null };
  const request = { kind: 'command', path: ['act'], values: {} } as const;
  const event = { id: 'e1', person: anEntry.person, standing: noStanding, at, via: 'slash', request } as const;
  await converse.run(event, new AbortController().signal);
}
for (;;) {
  const head = await store.audit.append({ ...anEntry, command: name });
  process.stdout.write(`${formatHead(head)}\n`);
}
