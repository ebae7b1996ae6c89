/**
 * A process that commits, one incident and its notice at a time, and says each number only after its commit was
 * acknowledged. Somebody kills it in the middle. Arguments: the folder, and the first number.
 */
import { silentLog } from '../../src/core/log.ts';
import { openStore } from '../../src/store/open-store.ts';
import { aNotice, anIncident } from '../contracts/store-nouns.ts';

const [dataDir = '', first = '0'] = process.argv.slice(2);
const store = await openStore({ databaseUrl: null, dataDir, log: silentLog });
for (let number = Number(first); ; number += 1) {
  const id = `i${number}`;
  await store.incidents.commit({
    incidents: [{ ...anIncident, id }],
    owed: [{ ...aNotice, incident: id, key: `${id}@slack` }],
    dropped: [],
  });
  process.stdout.write(`${number}\n`);
}
