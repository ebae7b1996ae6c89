/** A process that opens the store, writes one setting of its own name and ends. Arguments: the folder, and the name. */
import { silentLog } from '../../src/core/log.ts';
import { openStore } from '../../src/store/open-store.ts';

const [dataDir = '', name = ''] = process.argv.slice(2);
const store = await openStore({ databaseUrl: null, dataDir, log: silentLog });
await store.settings.set(name, name);
await store.close();
