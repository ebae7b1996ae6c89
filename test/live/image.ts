import { chmodSync, copyFileSync, cpSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './commands.ts';

const project = join(import.meta.dirname, '../..');

export type Workshop = {
  readonly folder: string;
  buildah(args: readonly string[]): Promise<string>;
  podman(args: readonly string[]): Promise<string>;
  clear(): Promise<void>;
};

/** Buildah and podman with a store of their own; nothing of it is left when it is cleared. */
export function openWorkshop(): Workshop {
  // In memory: a Debian that is laid out on a disk syncs every file.
  const folder = mkdtempSync('/dev/shm/smartcloudops-');
  const store = ['--root', join(folder, 'store'), '--runroot', join(folder, 'run'), '--storage-driver', 'overlay'];
  const options = { env: { TMPDIR: folder }, cwd: project, withinMs: 240_000 };
  const podman = (args: readonly string[]) =>
    run('podman', [...store, '--runtime', 'runc', '--cgroup-manager', 'cgroupfs', ...args], options);
  return {
    folder,
    buildah: (args) => run('buildah', [...store, ...args], options),
    podman,
    async clear() {
      await podman(['rm', '--all', '--force', '--volumes', '--time', '0']);
      await run('buildah', [...store, 'rm', '--all'], options);
      await podman(['rmi', '--all', '--force']);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * What the official image of Node holds, made of Debian's packages and of the Node that `npm ci` brings: the system, the user
 * `node` with the ID 1000, node and npm.
 */
export async function makeBase({ buildah }: Workshop, name: string): Promise<void> {
  const container = (await buildah(['from', 'scratch'])).trim();
  const root = (await buildah(['mount', container])).trim();
  await run('debootstrap', ['--variant=minbase', 'bookworm', root], { withinMs: 300_000 });
  await run('chroot', [root, 'groupadd', '--gid', '1000', 'node']);
  await run('chroot', [root, 'useradd', '--uid', '1000', '--gid', 'node', '--create-home', 'node']);
  const npm = dirname(
    dirname(process.env.npm_execpath ?? join((await run('npm', ['root', '--global'])).trim(), 'npm/bin/npm-cli.js')),
  );
  const local = join(root, 'usr/local');
  copyFileSync(process.execPath, join(local, 'bin/node'));
  cpSync(npm, join(local, 'lib/node_modules/npm'), { recursive: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(local, 'bin/npm'));
  rmSync(join(root, 'var/cache/apt/archives'), { recursive: true });
  await buildah(['commit', '--quiet', '--rm', container, name]);
}

/** Builds the Dockerfile as it is. How this machine reaches the registry is lent to the build and stays out of the image. */
export async function buildImage({ buildah }: Workshop, name: string): Promise<void> {
  const lent = [
    [await npmSetting('globalconfig'), '/usr/local/etc/npmrc'],
    [await npmSetting('userconfig'), '/root/.npmrc'],
    ['/etc/ssl/certs', '/etc/ssl/certs'],
  ];
  const volumes = lent.flatMap(([from = '', to]) => (existsSync(from) ? ['--volume', `${from}:${to}:ro`] : []));
  const format = ['--format', 'docker', '--isolation', 'chroot', '--pull-never'];
  const facts = ['--build-arg', 'VERSION=1.2.3', '--build-arg', 'REVISION=abc'];
  await buildah(['bud', '--quiet', ...format, ...volumes, ...facts, '--tag', name, project]);
}

async function npmSetting(name: string): Promise<string> {
  return (await run('npm', ['config', 'get', name], { cwd: dirname(project) })).trim();
}

/** A shell that can't be run: it takes the place of every real one. */
export function noShell({ folder }: Workshop): readonly string[] {
  const file = join(folder, 'no-shell');
  writeFileSync(file, '');
  chmodSync(file, 0o444);
  return ['/usr/bin/dash', '/usr/bin/bash'].flatMap((shell) => ['--volume', `${file}:${shell}:ro`]);
}
