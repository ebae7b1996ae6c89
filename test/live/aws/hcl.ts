import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runNow } from '../commands.ts';

/** Go of this age takes no absolute path: tests run in the project's folder. */
const source = './test/live/hcl';

/** Builds the program around HashiCorp's HCL with what Debian ships of it, and gives where it is. */
export function buildHcl(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hcl-'));
  const program = join(folder, 'hcl');
  const settings = ['GO111MODULE=off', 'GOPATH=/usr/share/gocode', `GOCACHE=${resolve('node_modules/.cache/go')}`];
  runNow('env', [...settings, 'go', 'build', '-o', program, source]);
  return program;
}

/** The outputs of a module for some variables. */
export function outputsOf(program: string, module: string, variables: unknown): Readonly<Record<string, unknown>> {
  return JSON.parse(runNow(program, ['evaluate', `terraform/modules/${module}`], JSON.stringify(variables)));
}
