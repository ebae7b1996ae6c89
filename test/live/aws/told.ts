import { z } from 'zod';
import { type Program, sha256Of, versions } from './archives.ts';
import { outputsOf } from './hcl.ts';
import type { Side } from './world.ts';
import { volumeName } from './world.ts';

const text = z.string();
const archive = z.object({ url: text, sha256: text });
const settings = z.looseObject({
  buckets: z.object({ models: text, releases: text, logs: text }),
  release: z.object({ key: text, sha256: text }),
  bot_environment: z.record(text, text),
  alerts: z.object({ topic_arn: text }),
  alertmanager: text,
  programs: z.object({ prometheus: archive, alertmanager: archive, node_exporter: archive, grafana: archive }),
});
const machine = z.object({
  environments: z.record(text, z.record(text, text)),
  scripts: z.record(text, text),
  files: z.record(text, text),
});

export type Settings = z.infer<typeof settings>;

export type Told = {
  readonly settings: Settings;
  /** The user data of each machine, as Terraform would give it to AWS before packing. */
  readonly userData: Readonly<Record<Side, string>>;
};

/** What `modules/settings` decides for an x86_64 installation of these versions with everything else left as it is. */
export function decide(
  hcl: string,
  release: { readonly version: string; readonly sha256: string },
  sums: Readonly<Record<Program, string>>,
  botEnvironment: Readonly<Record<string, string>>,
  alerts: { readonly emails?: readonly string[]; readonly webhook?: boolean } = {},
): Settings {
  const program = (name: Program): unknown => ({ version: versions[name], sha256: { x86_64: sums[name] } });
  return settings.parse(
    outputsOf(hcl, 'settings', {
      name: 'smartcloudops',
      environment: 'prod',
      account_id: '123456789012',
      region: 'eu-central-1',
      zones: ['a', 'b'],
      architecture: 'x86_64',
      sizes: {},
      data_gb: { application: 4, monitoring: 10 },
      ssh: null,
      release,
      programs: {
        prometheus: program('prometheus'),
        alertmanager: program('alertmanager'),
        node_exporter: program('node_exporter'),
        grafana: program('grafana'),
      },
      bot_environment: botEnvironment,
      load_balancer: null,
      database: null,
      cache: null,
      budget: { monthly_usd: 40, emails: ['you@example.com'] },
      alerts,
      runbooks_url: 'https://git.example.com/you/smartcloudops-ai/docs/operations.md',
      log_days: 90,
    }),
  );
}

/** What Terraform's own modules make of these archives. */
export function tell(
  hcl: string,
  release: { readonly version: string; readonly file: string },
  programs: Readonly<Record<Program, string>>,
): Told {
  const sums = {
    prometheus: sha256Of(programs.prometheus),
    alertmanager: sha256Of(programs.alertmanager),
    node_exporter: sha256Of(programs.node_exporter),
    grafana: sha256Of(programs.grafana),
  };
  const given = {
    SLACK_CHANNEL: 'C012AB3CD',
    DISCORD_CHANNEL_ID: '123456789012345678',
    // The one thing that a machine is told for the test: Node trusts what the machine trusts.
    NODE_EXTRA_CA_CERTS: '/etc/ssl/certs/ca-certificates.crt',
  };
  const made = decide(hcl, { version: release.version, sha256: sha256Of(release.file) }, sums, given);
  const told = z.object({ application: machine, monitoring: machine }).parse(
    outputsOf(hcl, 'machines', {
      region: 'eu-central-1',
      release: { url: `s3://${made.buckets.releases}/${made.release.key}`, sha256: made.release.sha256 },
      programs: made.programs,
      secret_paths: made.secret_paths,
      bot_environment: made.bot_environment,
      database: null,
      prometheus: made.prometheus,
      alertmanager: made.alertmanager,
      retention_gb: made.retention_gb,
      grafana_name: null,
    }),
  );
  const userData = (side: Side): string => {
    const { environments, scripts, files } = told[side];
    const file = '/etc/smartcloudops/machine.env';
    const all = { ...environments, [file]: { ...environments[file], DATA_DEVICE: volumeName } };
    const start = 'smartcloudops-set-up.service';
    return text.parse(outputsOf(hcl, 'cloud-config', { environments: all, scripts, files, start }).text);
  };
  return { settings: made, userData: { application: userData('application'), monitoring: userData('monitoring') } };
}
