import { existsSync } from 'node:fs';
import { compose } from './compose.ts';
import { openLog } from './compose-storage.ts';
import { describeConfig } from './config/describe.ts';
import { loadConfig } from './config/load.ts';
import { ConfigError, UpstreamError } from './core/errors.ts';

/** The exit code for a configuration that has to be changed (EX_CONFIG of sysexits.h). */
const badConfiguration = 78;
/**
 * Whoever stops a container waits ten seconds, and the log takes the last of them. What is unfinished by then is owed in
 * the store, and the next start takes it up.
 */
const stopWithinMs = 8_000;

try {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const config = loadConfig(process.env);
  const { log, logs } = openLog(config, process.stdout);
  process.on('unhandledRejection', (error) => log.error('a promise was rejected and nobody listened', { error }));
  for (const line of describeConfig(config)) log.info(line);
  for (const warning of config.warnings) log.warn(warning);
  const bot = await compose(config, log, logs);
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    log.info(`stopping on ${signal}`);
    const late = new Promise((resolve) => setTimeout(resolve, stopWithinMs));
    await Promise.race([bot.stop(), late]).catch((error: unknown) => log.error('stopping failed', { error }));
    await log.close();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop(signal));
  await bot.start();
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof UpstreamError)) throw error;
  const problems = error instanceof ConfigError ? error.problems : [error.message];
  console.error(['SmartCloudOps AI can not start:', ...problems.map((problem) => `  - ${problem}`)].join('\n'));
  process.exit(error instanceof ConfigError ? badConfiguration : 1);
}
