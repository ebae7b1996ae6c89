import { ConfigError, UsageError } from '../core/errors.ts';
import { usage } from './arguments.ts';
import { evaluate } from './evaluate.ts';

/** The exit codes for a command line and for data that have to be changed (EX_USAGE and EX_DATAERR of sysexits.h). */
const badUsage = 64;
const badData = 65;

try {
  const report = await evaluate(process.argv.slice(2), (line) => process.stderr.write(`${line}\n`));
  process.stdout.write(`${report}\n`);
} catch (error) {
  if (!(error instanceof UsageError || error instanceof ConfigError)) throw error;
  const lines = error instanceof ConfigError ? error.problems : [error.message, '', usage];
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exitCode = error instanceof ConfigError ? badData : badUsage;
}
