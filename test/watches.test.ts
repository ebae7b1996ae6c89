import { describe, expect, it } from 'vitest';
import { ConfigError } from '../src/core/errors.ts';
import { noRules } from '../src/core/routing.ts';
import { defaultWatches, loadWatches } from '../src/watches.ts';

const good = `watches:
  - name: api
    entity: service
    step: 1m
    history: 1d12h
    resolve_after: 10m
    alert_budget: 0.5
    alerts: [console, slack:C012AB3CD, discord:123456789012345678]
    runbook: https://wiki.example/api
    metrics:
      - name: errors
        query: sum by (service) (rate(errors_total[5m]))
        unit: 1/s
        harm: up
`;

function problemsOf(text: string): readonly string[] {
  try {
    loadWatches(text, 'watches.yaml');
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

const replaced = (from: string, to: string): string => good.replace(from, to);

describe('a watches file', () => {
  it('is told from another kind of file', () => {
    const words = 'watches.yaml:1: the file is no watches file: it has to begin with "watches:"';
    for (const text of ['root:x:0:0', '- a', '7', '']) expect(problemsOf(text), text).toEqual([words]);
  });

  it('names what is watched', () => {
    expect(loadWatches(good, 'watches.yaml').watches).toEqual([
      {
        name: 'api',
        entityLabel: 'service',
        stepMs: 60_000,
        historyMs: 36 * 3_600_000,
        resolveAfterMs: 600_000,
        alertBudgetPerDay: 0.5,
        metrics: [{ name: 'errors', query: 'sum by (service) (rate(errors_total[5m]))', unit: '1/s', harm: 'up' }],
        audiences: [
          { platform: 'console', channel: 'main', thread: null },
          { platform: 'slack', channel: 'C012AB3CD', thread: null },
          { platform: 'discord', channel: '123456789012345678', thread: null },
        ],
        runbookUrl: 'https://wiki.example/api',
      },
    ]);
  });

  it.each([
    ['no step that is one', replaced('1m', 'soon'), 'watches.yaml:4: watches[0].step is a length of time'],
    ['a step of nothing', replaced('1m', '0s'), 'watches.yaml:4: watches[0].step is between 1s and 1h'],
    [
      'a direction that is none',
      replaced('harm: up', 'harm: left'),
      'watches.yaml:14: watches[0].metrics[0].harm is up, down or both',
    ],
    ['an unknown key', replaced('unit:', 'units:'), 'watches.yaml:13: watches[0].metrics[0].units is not a key'],
    [
      'no query',
      replaced('query: sum by (service) (rate(errors_total[5m]))', 'unit2: x'),
      'watches.yaml:11: watches[0].metrics[0].query is missing',
    ],
    [
      'the name of the source itself',
      replaced('name: api', 'name: prometheus'),
      'watches.yaml:2: watches[0].name is not "prometheus"',
    ],
    [
      'an address that is none',
      replaced('slack:C012AB3CD', "'#ops'"),
      'watches.yaml:8: watches[0].alerts[1] is console, slack',
    ],
    [
      'a link that is none',
      replaced('https://wiki.example/api', 'javascript:alert(1)'),
      'watches.yaml:9: watches[0].runbook is a URL',
    ],
    [
      'an end between two looks',
      replaced('10m', '30s'),
      'watches.yaml:6: watches[0].resolve_after is shorter than the step',
    ],
    ['too little history', replaced('1d12h', '1h'), 'watches.yaml:5: watches[0].history is shorter than 100 steps'],
    ['no watches', 'watches: []', 'watches.yaml:1: watches has at least one watch'],
    ['nothing', '', 'watches.yaml:1: the file'],
    ['no YAML', 'watches: [', 'watches.yaml:1: '],
  ])('with %s is refused with file, line and key', (_what, text, words) => {
    const problems = problemsOf(text);
    expect(problems[0]).toContain(words);
  });

  it('tells all its problems at once', () => {
    const text = good
      .replace('1m', 'soon')
      .replace('harm: up', 'harm: left')
      .replace('entity: service', 'entity: "a b"');
    expect(problemsOf(text)).toHaveLength(3);
  });

  it('has no two watches or metrics of one name', () => {
    expect(problemsOf(good + good.replace('watches:\n', ''))[0]).toContain('there is another watch "api"');
  });
});

describe('the built-in watch', () => {
  it('watches hosts by the five metrics', () => {
    const [hosts] = defaultWatches();
    expect(hosts?.metrics.map(({ name, unit }) => [name, unit])).toEqual([
      ['cpu', '%'],
      ['memory', '%'],
      ['disk_io', '%'],
      ['network_io', 'bytes/s'],
      ['response_time', 's'],
    ]);
    expect(hosts).toMatchObject({ entityLabel: 'host', stepMs: 30_000, resolveAfterMs: 300_000 });
  });
});

describe('who is told', () => {
  const rules = `
routes:
  - match: { watch: api, entity: 'db-*', severity: critical }
    hours: { days: [mon, fri], from: '09:00', to: '17:30', zone: Europe/Berlin }
    to: [slack:C012AB3CD]
    escalate:
      - { after: 10m, mention: [slack:U012AB3CD, slack:S012AB3CD, discord:123456789012345678] }
      - { after: 1h, mention: ['discord:role:123456789012345678'], to: [console] }
    repeat: 4h
maintenance:
  - { name: backup, weekly: { from: '02:00', to: '04:00' } }
  - { name: move, once: { from: 2026-12-01T20:00:00Z, to: '2026-12-01T23:00:00+01:00' } }
inhibit:
  - { source: { kind: no data }, target: { watch: 'a*' }, same: entity }
quiet_hours: { from: '22:00', to: '07:00' }
digest_above: 5
`;

  it('is what the file says', () => {
    const { rules: read } = loadWatches(good + rules, 'watches.yaml');
    expect(read).toMatchObject({
      routes: [
        {
          match: { watch: 'api', entity: 'db-*', kind: null, severity: 'critical' },
          hours: { days: [1, 5], from: 540, to: 1_050, zone: 'Europe/Berlin' },
          to: [{ platform: 'slack', channel: 'C012AB3CD' }],
          escalate: [
            {
              afterMs: 600_000,
              mention: [
                { platform: 'slack', to: 'person', id: 'U012AB3CD' },
                { platform: 'slack', to: 'group', id: 'S012AB3CD' },
                { platform: 'discord', to: 'person', id: '123456789012345678' },
              ],
            },
            { afterMs: 3_600_000, mention: [{ platform: 'discord', to: 'role' }], to: [{ platform: 'console' }] },
          ],
          repeatMs: 14_400_000,
        },
      ],
      maintenance: [
        { name: 'backup', time: { days: [0, 1, 2, 3, 4, 5, 6], from: 120, to: 240, zone: 'UTC' } },
        { name: 'move', time: { from: Date.UTC(2026, 11, 1, 20), until: Date.UTC(2026, 11, 1, 22) } },
      ],
      inhibit: [{ source: { kind: 'no data' }, target: { watch: 'a*' }, same: 'entity' }],
      quietHours: { from: 1_320, to: 420 },
      digestAbove: 5,
    });
  });

  it('is everybody, when it says nothing', () => {
    expect(loadWatches(good, 'watches.yaml').rules).toEqual(noRules);
  });

  it.each([
    [
      'a watch that is not there',
      'watch: api, entity',
      'watch: apis, entity',
      'routes[0].match.watch names no watch: there is api, prometheus',
    ],
    ['an unknown day', '[mon, fri]', '[mon, someday]', 'routes[0].hours.days[1] is sun, mon'],
    ['a time that is none', "'17:30'", "'25:00'", 'routes[0].hours.to is a time such as "08:30"'],
    ['a zone that is none', 'Europe/Berlin', 'Europe/Paradise', 'routes[0].hours.zone is no time zone'],
    ['somebody who can not be called', 'slack:U012AB3CD', 'ada', 'routes[0].escalate[0].mention[0] is slack:'],
    ['a step before the last', 'after: 1h', 'after: 5m', 'routes[0].escalate has a step that is not after'],
    [
      'a step to nobody',
      ", mention: ['discord:role:123456789012345678'], to: [console]",
      '',
      'routes[0].escalate[1] mentions nobody',
    ],
    [
      'a window without a time',
      ", weekly: { from: '02:00', to: '04:00' }",
      '',
      'maintenance[0] has either once or weekly',
    ],
    ['a window that ends first', '2026-12-01T20', '2026-12-02T20', 'maintenance[1].once ends before it begins'],
    ['a kind that is none', 'kind: no data', 'kind: fire', 'inhibit[0].source.kind is anomaly, no data, alert'],
    ['too small a digest', 'digest_above: 5', 'digest_above: 0', 'digest_above is at least 1'],
    ['an unknown key', 'quiet_hours:', 'quiet_hour:', 'quiet_hour is not a key'],
  ])('with %s is refused with file, line and key', (_what, part, other, words) => {
    const [problem, ...more] = problemsOf((good + rules).replace(part, other));
    expect(problem).toMatch(/^watches\.yaml:\d+: /);
    expect(problem).toContain(words);
    expect(more).toEqual([]);
  });
});
