import { resolve } from 'node:path';
import { backupInFigures } from '../backup/backup-job.ts';
import { findBackup, restoreBackup } from '../backup/restore.ts';
import { openRestore } from '../compose-storage.ts';
import { UsageError } from '../core/errors.ts';
import { formatTime } from '../core/format.ts';
import { readFlags, refuse } from './flags.ts';
import { runTool } from './run-tool.ts';

/** `npm run restore -- [--from latest] [--to DIR]`: a backup into a folder that has nothing yet; `DATA_DIR` when none is named. */

const usage = 'Use: npm run restore -- [--from latest|NAME] [--to DIR]';

await runTool(async (config, args, signal) => {
  const { flags, problems } = readFlags(args, ['from', 'to']);
  refuse(problems, usage);
  const { from = 'latest', to = config.dataDir } = flags;
  const parts = await openRestore(config, resolve(to));
  const manifest = await findBackup(parts.backups, from, signal);
  if (manifest.database !== null && config.databaseUrl !== null)
    throw new UsageError(
      'DATABASE_URL is set, but this backup is of a SQLite database: unset it to restore and use that.',
    );
  await restoreBackup(parts, manifest, signal);
  const { name, rows, models } = backupInFigures(manifest);
  console.log(
    `Restored ${name} of ${formatTime(manifest.madeAt)} to ${resolve(to)}: ${rows} rows, ${models} files of models.`,
  );
});
