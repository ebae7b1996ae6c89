import { cpSync, globSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runNow } from '../commands.ts';

const scripts = [...globSync('terraform/**/*.sh'), '.ci/run'];
const units = globSync('terraform/modules/machines/boot/*/*.{service,timer}');

/** systemd's figure from 0 (shut) to 10 (open), and the most that each unit may have. */
const exposures: Readonly<Record<string, number>> = {
  'smartcloudops.service': 1.1,
  'prometheus.service': 1.1,
  'alertmanager.service': 1.1,
  'grafana.service': 1.1,
  'node-exporter.service': 1.4,
};

describe('the scripts', () => {
  it.each(scripts)('shellcheck has nothing to say of %s', (script) => {
    expect(runNow('shellcheck', ['--severity=style', script])).toBe('');
  });

  /** A folder of programs that has only these, and a tar that is not GNU's when it is asked for. */
  function programs(names: readonly string[], foreignTar = false): string {
    const folder = mkdtempSync(join(tmpdir(), 'programs-'));
    for (const name of names) symlinkSync(runNow('which', [name]).trim(), join(folder, name));
    if (foreignTar) writeFileSync(join(folder, 'tar'), '#!/bin/bash\necho bsdtar 3.5.3\n', { mode: 0o755 });
    return folder;
  }
  const ofRelease = ['dirname', 'git', 'gzip', 'node', 'npm', 'sha256sum'];

  it.each([
    ['pin-programs.sh', [], programs(['dirname']), 'pin-programs.sh needs curl'],
    ['put-secret.sh', ['/a/b/bot/API_KEY', '--generate'], programs(['aws']), 'put-secret.sh needs openssl'],
    ['release.sh', ['arm64'], programs([...ofRelease, 'tar']), 'release.sh needs sha512sum'],
    ['release.sh', ['arm64', 'a-bucket'], programs([...ofRelease, 'sha512sum', 'tar']), 'release.sh needs aws'],
    ['release.sh', ['arm64'], programs([...ofRelease, 'sha512sum'], true), 'release.sh needs GNU tar'],
  ])('%s %j says what it needs and is not there', (script, args, path, says) => {
    const bash = runNow('which', ['bash']).trim();
    expect(() => runNow('env', [`PATH=${path}`, bash, `terraform/${script}`, ...args])).toThrow(says);
  });

  it('shellcheck would have something to say', () => {
    expect(() => runNow('shellcheck', ['--shell=bash', '-'], 'rm -rf $folder/\n')).toThrow(/SC2086/);
  });
});

describe('the units', () => {
  /** The folder of the units with their programs where they will be, as far as systemd looks. */
  function asInstalled(): readonly string[] {
    const folder = mkdtempSync(join(tmpdir(), 'units-'));
    for (const unit of units) cpSync(unit, join(folder, basename(unit)));
    return units.map((unit) => join(folder, basename(unit)));
  }

  it('are units that systemd takes', () => {
    // Whether the programs are there is shown on a machine that boots.
    const said = runNow('sh', ['-c', `systemd-analyze verify --man=no ${asInstalled().join(' ')} 2>&1 || true`]);
    expect(said.split('\n').filter((line) => /terraform|units-/.test(line) && !/is not executable/.test(line))).toEqual(
      [],
    );
  });

  it.each(Object.entries(exposures))('%s is no more exposed than %f', (unit, most) => {
    const file = units.find((one) => basename(one) === unit) ?? '';
    const figure = /exposure level for \S+: ([\d.]+)/.exec(
      runNow('systemd-analyze', ['security', '--offline=true', file]),
    )?.[1];
    expect(Number(figure)).toBeLessThanOrEqual(most);
  });

  it('none that runs for long is left out of that', () => {
    const long = units
      .filter((unit) => /^Restart=always$/m.test(readFileSync(unit, 'utf8')))
      .map((unit) => basename(unit));
    expect(long.toSorted()).toEqual(Object.keys(exposures).toSorted());
  });
});
