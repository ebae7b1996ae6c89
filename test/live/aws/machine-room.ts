import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runNow } from '../commands.ts';

export type Machine = {
  /** Runs a program on the machine and gives what it printed. */
  run(...command: readonly string[]): string;
  /** Shuts it down as its owner would, and throws it away. Its volume stays. */
  stop(): Promise<void>;
};

export type MachineOptions = {
  readonly name: string;
  /** The network namespace that it lives in. */
  readonly network: string;
  /** What cloud-init is given. */
  readonly userData: string;
  /** The block device of its volume, and the name under which the machine sees it. */
  readonly volume: { readonly device: string; readonly seenAs: string };
  /** Names that lead to the machine itself, where its outside world answers. */
  readonly hosts: readonly string[];
  /** A certificate that the machine trusts besides the usual ones. */
  readonly authority: string;
};

/** What a fresh Debian has below /etc and a machine needs to come up; everything else of this computer stays outside. */
const fromHere =
  'alternatives bash.bashrc ca-certificates.conf dbus-1 debian_version default environment fstab group gshadow host.conf ld.so.cache ld.so.conf ld.so.conf.d login.defs nsswitch.conf os-release pam.d passwd profile security shadow ssl';

/** A machine that takes longer is switched off. */
const shutDownWithinMs = 20_000;

const cloudConfig = `datasource_list: [NoCloud]
network: { config: disabled }
cloud_init_modules: [write_files]
cloud_config_modules: [runcmd]
cloud_final_modules: [scripts_user]
system_info: { distro: debian, paths: { cloud_dir: /var/lib/cloud, templates_dir: /etc/cloud/templates } }
`;

/**
 * A machine that boots: systemd as its first process, cloud-init and the rest of /usr as Debian installed them here, all else
 * empty and in memory, in a container of systemd-nspawn.
 */
export async function startMachine(options: MachineOptions): Promise<Machine> {
  const root = mkdtempSync(join(tmpdir(), `${options.name}-`));
  runNow('mount', ['-t', 'tmpfs', '-o', 'size=2g,mode=755', 'tmpfs', root]);
  fill(root, options);
  const container = spawn(
    'systemd-nspawn',
    [
      '--quiet',
      '--register=no',
      '--keep-unit',
      '--boot',
      '--console=pipe',
      `--machine=${options.name}`,
      `--directory=${root}`,
      `--network-namespace-path=/run/netns/${options.network}`,
      `--bind=${options.volume.device}:${options.volume.seenAs}`,
    ],
    { stdio: 'ignore' },
  );
  const first = await firstProcess(container);
  return {
    run: (...command) =>
      runNow('nsenter', [
        `--target=${first}`,
        '--mount',
        '--uts',
        '--ipc',
        '--pid',
        '--net',
        '--root',
        '--wd',
        '--',
        ...command,
      ]),
    async stop() {
      const gone = once(container, 'exit');
      container.kill('SIGTERM');
      const late = setTimeout(() => container.kill('SIGKILL'), shutDownWithinMs);
      await gone;
      clearTimeout(late);
      runNow('umount', ['--recursive', root]);
    },
  };
}

function fill(root: string, { name, userData, hosts, authority }: MachineOptions): void {
  for (const folder of 'dev etc/cloud etc/systemd/system mnt opt proc root run sys tmp usr var/cache var/lib/cloud/seed/nocloud var/log var/tmp'.split(
    ' ',
  ))
    mkdirSync(join(root, folder), { recursive: true });
  for (const link of ['bin', 'lib', 'lib64', 'sbin']) symlinkSync(`usr/${link}`, join(root, link));
  for (const file of fromHere.split(' '))
    if (existsSync(`/etc/${file}`))
      cpSync(`/etc/${file}`, join(root, 'etc', file), { recursive: true, verbatimSymlinks: true });
  runNow('mount', ['--bind', '/usr', join(root, 'usr')]);
  runNow('mount', ['-o', 'remount,bind,ro', join(root, 'usr')]);
  // What was installed here by hand and not by Debian is not there.
  runNow('mount', ['-t', 'tmpfs', 'tmpfs', join(root, 'usr/local')]);
  const files = {
    'etc/cloud/cloud.cfg': cloudConfig,
    'etc/fstab': '',
    'etc/hostname': `${name}\n`,
    'etc/hosts': `127.0.0.1 localhost ${hosts.join(' ')}\n`,
    'etc/machine-id': '',
    'var/lib/cloud/seed/nocloud/meta-data': `instance-id: ${name}\n`,
    'var/lib/cloud/seed/nocloud/user-data': userData,
  };
  for (const [file, text] of Object.entries(files)) writeFileSync(join(root, file), text);
  appendFileSync(join(root, 'etc/ssl/certs/ca-certificates.crt'), authority);
  for (const unit of globSync('/usr/lib/systemd/system/cloud-{config,final,init,init-local}.service'))
    runNow('systemctl', [`--root=${root}`, '--quiet', 'enable', unit.slice(unit.lastIndexOf('/') + 1)]);
}

/** The number, out here, of the container's first process. */
async function firstProcess({ pid }: ChildProcess): Promise<string> {
  for (let tries = 0; tries < 600; tries++) {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    if (children !== '' && readFileSync(`/proc/${children}/comm`, 'utf8').trim() === 'systemd') return children;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the container did not come up');
}
