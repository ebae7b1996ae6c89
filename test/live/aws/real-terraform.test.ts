import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { attempt, type Ran, run } from '../commands.ts';
import { breaks, copyOf, runsOf, testedModules } from './modules.ts';

/** Nothing of this computer's settings, and no question to HashiCorp whether there is a newer one. */
const env = { CHECKPOINT_DISABLE: '1', TF_CLI_CONFIG_FILE: '/dev/null', TF_IN_AUTOMATION: '1' };
const terraform = (folder: string, ...args: readonly string[]): Promise<Ran> =>
  attempt('terraform', [`-chdir=${folder}`, ...args], { env });

const isHere = (await attempt('which', ['terraform'])).code === 0;
const said = isHere ? await run('terraform', ['version', '-json'], { env }) : '{}';
const { terraform_version: version } = z.object({ terraform_version: z.string().optional() }).parse(JSON.parse(said));

if (!isHere)
  console.log(
    "NOT RUN: there is no `terraform` on PATH, and Debian has none. In its place stand HashiCorp's HCL (terraform.test.ts) and " +
      'its formatter as WebAssembly (test/terraform/format.test.ts).',
  );

/** A copy of a module that is ready to be tested; without a provider "init" asks nobody. */
async function prepared(...of: Parameters<typeof copyOf>): Promise<string> {
  const folder = copyOf(...of);
  expect(await terraform(folder, 'init', '-backend=false', '-input=false')).toMatchObject({ code: 0 });
  return folder;
}

/** What became of each run, by its name. */
async function tested(folder: string): Promise<Ran & { readonly runs: ReadonlyMap<string, string> }> {
  const ran = await terraform(folder, 'test', '-no-color');
  const runs = new Map(
    [...ran.out.matchAll(/^ {2}run "(\w+)"\.\.\. (\w+)$/gm)].map(([, name = '', how = '']) => [name, how]),
  );
  return { ...ran, runs };
}

describe.skipIf(!isHere)(`Terraform itself, ${version ?? 'which is not here'}`, () => {
  it('leaves every file as it is', async () => {
    expect(await terraform('terraform', 'fmt', '-check', '-recursive', '-diff')).toEqual({ code: 0, out: '', err: '' });
  });

  it('would not leave a file that is laid out otherwise', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'layout-'));
    cpSync('terraform/modules', join(folder, 'modules'), { recursive: true });
    writeFileSync(join(folder, 'modules/settings/more.tf'), 'locals {\n a = 1\n}\n');
    expect(await terraform(folder, 'fmt', '-check', '-recursive')).toMatchObject({
      code: 3,
      out: 'modules/settings/more.tf\n',
    });
  });

  it.each([...testedModules, 'machines'])('finds %s valid', async (module) => {
    const { out } = await terraform(await prepared(module), 'validate', '-json');
    expect(JSON.parse(out)).toMatchObject({ valid: true, error_count: 0, warning_count: 0 });
  });

  it('finds a module that names what is not there invalid', async () => {
    const folder = await prepared('settings', [
      'main.tf',
      'cidrsubnet(local.cidr, 8, 2)',
      'cidrsubnet(local.range, 8, 2)',
    ]);
    expect(JSON.parse((await terraform(folder, 'validate', '-json')).out)).toMatchObject({ valid: false });
  });

  it.each(testedModules)('passes every run of the tests of %s', async (module) => {
    const { code, runs } = await tested(await prepared(module));
    expect(code).toBe(0);
    expect(runs).toEqual(new Map(runsOf(module).map((name) => [name, 'pass'])));
  });

  it.each(breaks)('%s with another %s fails its tests (%s → %s: %s)', async (module, file, find, put, fails) => {
    const { code, runs } = await tested(await prepared(module, [file, find, put]));
    expect(code).toBe(1);
    expect(runs.get(fails)).toBe('fail');
  });
});
