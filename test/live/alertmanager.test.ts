import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Labels, lineOf, startAlertmanager } from './alertmanager.ts';

const config = readFileSync('manifests/prometheus/alertmanager.yml', 'utf8');

const alert = (alertname: string, severity: string, more: Labels): Labels => ({ alertname, severity, ...more });
const disk = (severity: string, instance: string, mountpoint: string): Labels =>
  alert('HostDiskFull', severity, { instance, mountpoint });
const bot = (name: string, severity: string, instance: string): Labels =>
  alert(`SmartCloudOps${name}`, severity, { instance });

type Case = { readonly what: string; readonly fired: readonly Labels[]; readonly quiet: readonly Labels[] };

const warning = disk('warning', 'web-1', '/data');
const ofTheDown = [bot('CommandsFailing', 'warning', 'bot-1:5000'), bot('Restarting', 'critical', 'bot-1:5000')];
const cases: readonly Case[] = [
  {
    what: 'a critical threshold is heard, and its warning is not',
    fired: [disk('critical', 'web-1', '/data'), warning],
    quiet: [warning],
  },
  {
    what: 'a warning is heard beside a critical of another host, disk or kind',
    fired: [
      warning,
      disk('critical', 'web-2', '/data'),
      disk('critical', 'web-1', '/'),
      alert('HostCpuHigh', 'critical', { instance: 'web-1' }),
      alert('HostMemoryHigh', 'warning', { instance: 'web-1' }),
    ],
    quiet: [],
  },
  {
    what: 'a bot that is down is heard, and what else it said is not, a critical neither',
    fired: [bot('Down', 'critical', 'bot-1:5000'), ...ofTheDown],
    quiet: ofTheDown,
  },
  {
    what: 'another bot, and hosts, are heard beside one that is down',
    fired: [
      bot('Down', 'critical', 'bot-1:5000'),
      bot('Down', 'critical', 'bot-3:5000'),
      bot('NoticesLate', 'critical', 'bot-2:5000'),
      alert('HostDown', 'critical', { instance: 'bot-1:9100' }),
      alert('HostDown', 'critical', { instance: 'bot-1:5000' }),
    ],
    quiet: [],
  },
  {
    what: 'a bot is heard while Prometheus knows none',
    fired: [alert('SmartCloudOpsDown', 'critical', {}), bot('Restarting', 'critical', 'bot-1:5000')],
    quiet: [],
  },
];

/** The alerts of a case that are kept quiet under a configuration. */
async function quietUnder(text: string, { fired }: Case): Promise<readonly string[]> {
  const alertmanager = await startAlertmanager(text);
  try {
    return await alertmanager.quietOf(fired);
  } finally {
    await alertmanager.stop();
  }
}

const linesOf = (alerts: readonly Labels[]): readonly string[] => alerts.map(lineOf).toSorted();

describe('Alertmanager', () => {
  it.each(cases)('$what', async (one) => {
    expect(await quietUnder(config, one)).toEqual(linesOf(one.quiet));
  });

  it.each<[string, string, string, readonly number[]]>([
    ['of any host', 'equal: [alertname, instance, mountpoint]', 'equal: [alertname, mountpoint]', [1]],
    ['of any disk', 'equal: [alertname, instance, mountpoint]', 'equal: [alertname, instance]', [1]],
    ['of any kind', 'equal: [alertname, instance, mountpoint]', 'equal: [instance, mountpoint]', [1]],
    ['of no warning', 'severity="warning"', 'severity="none"', [0]],
    ['of every bot', '    equal: [instance]\n', '', [3, 4]],
    ['of hosts', 'alertname=~"SmartCloudOps.+"', 'alertname=~".+"', [3]],
    ['of nothing', 'alertname="SmartCloudOpsDown"]\n', 'alertname="SmartCloudOpsGone"]\n', [2]],
  ])('is seen to keep quiet %s when it is told so', async (_, find, put, wrong) => {
    expect(config).toContain(find);
    const changed = config.replace(find, () => put);
    const differ = await Promise.all(
      cases.map(async (one, i) => ((await quietUnder(changed, one)).join() === linesOf(one.quiet).join() ? [] : [i])),
    );
    expect(differ.flat()).toEqual(wrong);
  });
});
