import { existsSync } from 'node:fs';
import { loadStorageConfig, type StorageConfig } from '../config/load-storage.ts';
import { ConfigError, messageOf, UpstreamError, UsageError } from '../core/errors.ts';

/** The exit codes of sysexits.h for a wrong command line and a configuration that has to be changed. */
const badUsage = 64;
const badConfiguration = 78;

export type Tool = (config: StorageConfig, args: readonly string[], signal: AbortSignal) => Promise<void>;

/** The front door of a tool: environment, configuration, an interrupt, and an exit code with a sentence for what is known to fail. */
export async function runTool(tool: Tool): Promise<void> {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort(new Error(signal)));
  // Whoever reads has enough, as in `… | head`.
  process.stdout.on('error', () => process.exit(0));
  try {
    if (existsSync('.env')) process.loadEnvFile('.env');
    await tool(loadStorageConfig(process.env), process.argv.slice(2), stopping.signal);
  } catch (error) {
    if (stopping.signal.aborted) process.exit(130);
    if (!(error instanceof ConfigError || error instanceof UpstreamError || error instanceof UsageError)) throw error;
    console.error(error instanceof UpstreamError ? messageOf(error) : error.message);
    process.exitCode = error instanceof ConfigError ? badConfiguration : error instanceof UsageError ? badUsage : 1;
  }
}
