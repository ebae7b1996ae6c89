import { backupInFigures } from '../backup/backup-job.ts';
import { openBackups } from '../compose-storage.ts';
import { formatValue } from '../core/format.ts';
import { readFlags, refuse } from './flags.ts';
import { runTool } from './run-tool.ts';

/** `npm run backup`: one backup now, while the bot runs or not, and the old ones beyond `BACKUP_KEEP` removed. */

await runTool(async (config, args, signal) => {
  refuse(readFlags(args, []).problems, 'Use: npm run backup');
  const backups = await openBackups(config);
  const manifest = await backups.make(signal);
  const { name, rows, models, bytes } = backupInFigures(manifest);
  const { database } = manifest;
  const tables = database === null ? 'no database (PostgreSQL has its own backups)' : `${rows} rows`;
  console.log(`Backup ${name}: ${tables}, ${models} files of models, ${formatValue(Number(bytes), 'bytes')}.`);
  await backups.dropOld(config.backup.keep, signal);
  console.log(`Kept, newest first: ${(await backups.list(signal)).join(', ')}.`);
});
