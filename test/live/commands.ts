import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const maxBuffer = 64 * 1_024 * 1_024;

export type Ran = { readonly code: number; readonly out: string; readonly err: string };

export type RunOptions = {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly withinMs?: number;
};

/** Runs a program to its end; whoever expects a failure looks at the code. */
export async function attempt(
  command: string,
  args: readonly string[],
  { cwd, env, withinMs = 120_000 }: RunOptions = {},
): Promise<Ran> {
  try {
    const { stdout, stderr } = await execute(command, args, {
      ...(cwd === undefined ? {} : { cwd }),
      env: { ...process.env, ...env },
      timeout: withinMs,
      maxBuffer,
    });
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr, killed } = error as {
      code?: unknown;
      stdout?: string;
      stderr?: string;
      killed?: boolean;
    };
    if (typeof code !== 'number' || killed === true)
      throw new Error(`${command} ${args.join(' ')} did not run to its end`, { cause: error });
    return { code, out: stdout ?? '', err: stderr ?? '' };
  }
}

/** Runs a program that has to succeed and gives what it wrote. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, out, err } = await attempt(command, args, options);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}\n${out}\n${err}`);
  return out;
}

/** The same while nothing else is done, with a text on its standard input. */
export function runNow(command: string, args: readonly string[], input = ''): string {
  try {
    return execFileSync(command, args, { encoding: 'utf8', input, stdio: 'pipe', maxBuffer });
  } catch (error) {
    const { status, stdout, stderr } = error as { status?: number | null; stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(' ')} ended with ${status}\n${stdout}\n${stderr}`, { cause: error });
  }
}
