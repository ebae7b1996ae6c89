/**
 * A process that logs numbered lines and says each number only after its line was flushed. Somebody kills it in the middle,
 * while segments are finished, packed and shipped. Arguments: the folder, the process's run, and the first number.
 */
import { createLogArchive } from '../../src/logs/archive.ts';
import { createDiskBlobs } from '../../src/store/disk-blobs.ts';

const [folder = '', run = '', first = '0'] = process.argv.slice(2);
const archive = createLogArchive({
  folder: `${folder}/spool`,
  host: 'web-1',
  run,
  limits: { segmentBytes: 500, segmentMs: 60_000, bufferBytes: 100_000, spoolBytes: 10_000_000, closeMs: 1_000 },
  open: async () => createDiskBlobs(folder),
  sweep: async () => {},
  now: Date.now,
});
for (let n = Number(first); ; n += 1) {
  const at = Date.now();
  archive.write(JSON.stringify({ at: new Date(at).toISOString(), level: 'info', message: 'a line', n }), at);
  await archive.tick();
  process.stdout.write(`${n}\n`);
}
