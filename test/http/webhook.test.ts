import { describe, expect, it } from 'vitest';
import type { ReportedAlert } from '../../src/core/alerts.ts';
import { UpstreamError } from '../../src/core/errors.ts';
import { startSidecar } from './start-sidecar.ts';

const apiKey = 'a-key-of-16-characters';
const key = { authorization: `Bearer ${apiKey}` };
const alert = {
  status: 'firing',
  labels: { alertname: 'DiskFull', severity: 'critical', instance: 'web-1:9100', device: 'sda' },
  annotations: { summary: 'the disk is full', runbook_url: 'https://wiki.example/disk' },
  startsAt: '2026-01-05T12:00:00.5+01:00',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prometheus:9090/graph?g0.expr=x',
  fingerprint: 'c0ffee',
};
const webhook = (...alerts: readonly object[]) => ({
  version: '4',
  groupKey: '{}',
  receiver: 'bot',
  status: 'firing',
  truncatedAlerts: 0,
  alerts,
});

async function door(fail: Error | null = null) {
  const got: ReportedAlert[] = [];
  const report = async (alerts: readonly ReportedAlert[]): Promise<void> => {
    if (fail !== null) throw fail;
    got.push(...alerts);
  };
  const { post } = await startSidecar({ apiKey, host: '127.0.0.1', report });
  const send = async (body: unknown, headers: Record<string, string> = key) => {
    const answer = await post('/webhooks/alertmanager', body, headers);
    return { status: answer.status, body: (await answer.json()) as { error?: { message: string }; accepted?: number } };
  };
  return { got, send };
}

describe('a webhook of Alertmanager', () => {
  it('is read as it is meant', async () => {
    const { got, send } = await door();
    expect(await send(webhook(alert))).toEqual({ status: 200, body: { accepted: 1 } });
    expect(got).toEqual([
      {
        entity: 'web-1',
        alert: { id: 'c0ffee', name: 'DiskFull', summary: 'the disk is full', url: 'https://wiki.example/disk' },
        severity: 'critical',
        since: Date.UTC(2026, 0, 5, 11, 0, 0, 500),
        isFiring: true,
      },
    ]);
  });

  it.each([
    ['the label by which the watches name theirs', { host: 'db-7', instance: 'x:1' }, 'db-7'],
    ['the instance without its port', { instance: '10.0.0.7:9100' }, '10.0.0.7'],
    ['an instance of version 6', { instance: '[fe80::1]:9100' }, '[fe80::1]'],
    ['the service', { service: 'api', job: 'k8s' }, 'api'],
    ['the name of the alert when nothing else names it', {}, 'DiskFull'],
  ])('is about %s', async (_what, labels, entity) => {
    const { got, send } = await door();
    await send(webhook({ ...alert, labels: { alertname: 'DiskFull', ...labels } }));
    expect(got[0]?.entity).toBe(entity);
  });

  it.each([
    ['page', 'critical'],
    ['P1', 'critical'],
    ['info', 'warning'],
    [undefined, 'warning'],
  ])('of severity %s is %s', async (severity, is) => {
    const { got, send } = await door();
    await send(webhook({ ...alert, labels: { alertname: 'x', ...(severity === undefined ? {} : { severity }) } }));
    expect(got[0]?.severity).toBe(is);
  });

  it.each([
    [
      'a link that is none',
      { annotations: { runbook_url: 'javascript:alert(1)' }, generatorURL: 'file:///etc/passwd' },
      { url: null },
    ],
    ['a summary without end', { annotations: { summary: 'x'.repeat(9_000) } }, { summary: 'x'.repeat(500) }],
    [
      'half a character at the cut',
      { annotations: { summary: `${'x'.repeat(499)}😀` } },
      { summary: `${'x'.repeat(499)}\ufffd` },
    ],
  ])('with %s is made harmless', async (_what, change, is) => {
    const { got, send } = await door();
    expect((await send(webhook({ ...alert, ...change }))).status).toBe(200);
    expect(got[0]?.alert).toMatchObject(is);
  });

  it('without a fingerprint is told from others by its labels, in any order', async () => {
    const { got, send } = await door();
    const { alertname, instance } = alert.labels;
    const bare = { ...alert, fingerprint: undefined };
    await send(
      webhook({ ...bare, labels: { alertname, instance } }, { ...bare, labels: { instance, alertname } }, bare),
    );
    const [first, second, third] = got.map(({ alert: { id } }) => id);
    expect(first).toBe(second);
    expect(third).not.toBe(first);
  });

  it.each([
    ['nothing', '', 400, /body|empty/i],
    ['no object', '[]', 400, /wrong type/],
    ['no JSON', '{', 400, /./],
    ['another version', { ...webhook(alert), version: '3' }, 400, /version "4"/],
    ['no alerts', { version: '4' }, 400, /"alerts" is missing/],
    ['a status that is none', webhook({ ...alert, status: 'maybe' }), 400, /"firing" or "resolved"/],
    ['a time that is none', webhook({ ...alert, startsAt: 'soon' }), 400, /"startsAt" is no time/],
    ['labels that are numbers', webhook({ ...alert, labels: { a: 1 } }), 400, /labels/],
    [
      'too many alerts',
      webhook(...Array.from({ length: 5_001 }, () => ({ ...alert, annotations: {}, labels: {} }))),
      400,
      /max_alerts/,
    ],
    ['too much', webhook({ ...alert, annotations: { summary: 'x'.repeat(5 * 1_024 * 1_024) } }), 413, /4 MB/],
  ])('that is %s is refused in words, and nothing is reported', async (_what, body, status, words) => {
    const { got, send } = await door();
    const answer = await send(body);
    expect([answer.status, answer.body.error?.message]).toEqual([status, expect.stringMatching(words)]);
    expect(got).toEqual([]);
  });

  it('takes a storm of a thousand at once', async () => {
    const { got, send } = await door();
    const storm = Array.from({ length: 1_000 }, (_, at) => ({ ...alert, fingerprint: `f${at}` }));
    expect(await send(webhook(...storm))).toMatchObject({ status: 200 });
    expect(got).toHaveLength(1_000);
  });

  it('is answered so that it comes again when it could not be kept', async () => {
    const { send } = await door(new UpstreamError('database', 'the disk is full', { retryable: true }));
    expect((await send(webhook(alert))).status).toBe(503);
  });

  it('needs the key', async () => {
    const { send } = await door();
    expect((await send(webhook(alert), {})).status).toBe(401);
  });

  it('is refused in words where there is no key', async () => {
    const { post } = await startSidecar();
    const answer = await post('/webhooks/alertmanager', webhook(alert));
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('Set API_KEY')]);
  });
});
