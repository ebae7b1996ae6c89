import { writeFileSync } from 'node:fs';
import { agreedPart, recordOfAgreed } from './agreed.ts';
import { readConfiguration } from './configuration.ts';

writeFileSync(recordOfAgreed, `${JSON.stringify(agreedPart(await readConfiguration()), null, 2)}\n`);
