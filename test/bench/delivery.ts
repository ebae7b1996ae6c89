import { WebClient } from '@slack/web-api';
import { openIncidentHouse } from '../flows/incident-house.ts';
import { someIncident } from '../incidents/some-incident.ts';
import { median, type Row } from './measure.ts';

const rounds = 5;
/** So many alerts, one after another, of which the slowest in a hundred counts. */
const alerts = 200;
/** So many alerts wait in one channel that takes one a second. */
const queue = 12;

/** From an incident that is committed to its card in Slack, beside a bare post; and a queue that drains beside Slack's own client. */
export async function rows(): Promise<readonly Row[]> {
  return [await committedToPosted(), await drained()];
}

/** Both measured in turn over real HTTP; the emulator answers at once. */
async function committedToPosted(): Promise<Row> {
  const ends: (() => Promise<void>)[] = [];
  const house = await openIncidentHouse({ isMoving: true, isPaced: false, onEnd: (end) => void ends.push(end) });
  const channel = house.slack.channels.random;
  const [ours, floor]: [number[], number[]] = [[], []];
  for (let at = 0; at < alerts; at += 1) {
    floor.push(await timed(() => bare(house.slack.url, house.slack.botToken, channel, `bare ${at}`)));
    ours.push(
      await timed(async () => {
        await house.happens(someIncident({ id: `i${at}`, entity: `web-${at}`, openedAt: house.now() }));
        await until(() => house.slack.messages().length === at + 1);
      }),
    );
    await house.happens({ ...someIncident({ id: `i${at}` }), state: { kind: 'resolved', since: 1, by: 'recovered' } });
  }
  for (const end of ends) await end();
  return {
    what: `committed to posted, p99 of ${alerts}`,
    ours: p99(ours),
    floor: p99(floor),
    unit: 'ms',
    beside: 'a bare post',
  };
}

/** Slack's own client in its default: it posts all at once and waits as it is told. */
async function drained(): Promise<Row> {
  const [ours, peer]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    const ends: (() => Promise<void>)[] = [];
    const slackOptions = { oneASecond: true };
    const rules = { digestAbove: 1_000 };
    const house = await openIncidentHouse({ isMoving: true, slackOptions, rules, onEnd: (end) => void ends.push(end) });
    const { botToken, url: slackApiUrl, channels } = house.slack;
    ours.push(
      await timed(async () => {
        const all = Array.from({ length: queue }, (_, at) => someIncident({ id: `i${at}`, entity: `web-${at}` }));
        await house.happens(...all);
        await until(() => house.slack.messages().length === queue);
      }),
    );
    const client = new WebClient(botToken, { slackApiUrl });
    peer.push(
      await timed(async () => {
        const posts = Array.from({ length: queue }, (_, at) =>
          client.chat.postMessage({ channel: channels.random, text: `bare ${at}` }),
        );
        await Promise.all(posts);
      }),
    );
    for (const end of ends) await end();
  }
  return {
    what: `${queue} alerts in a channel of one a second`,
    ours: median(ours),
    floor: median(peer),
    unit: 'ms',
    beside: "@slack/web-api's default",
  };
}

async function bare(url: string, token: string, channel: string, text: string): Promise<void> {
  const headers = { 'content-type': 'application/json; charset=utf-8', authorization: `Bearer ${token}` };
  const response = await fetch(`${url}chat.postMessage`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ channel, text }),
  });
  await response.text();
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

function p99(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.99) - 1] ?? Number.NaN;
}
