import { parseArgs } from 'node:util';
import type { Address } from '../../src/core/address.ts';
import type { Route } from '../../src/core/routing.ts';
import { openIncidentHouse } from '../flows/incident-house.ts';
import { someIncident } from '../incidents/some-incident.ts';

const channels = 10;
/** Slack takes a message so rarely in a channel and answers 429 to what comes sooner, which is what the bot would do by itself. */
const postEveryMs = 3_000;
const bystanderEveryMs = 5_000;
const wantedShare = 0.95;

/**
 * A storm of 429 for so many minutes, five if nothing else is said: as many alerts as ten channels of Slack take in that time come at
 * once, while another channel and Discord are told of something every five seconds. Good when none is lost or told twice, each
 * channel has its own in their order at 95 % of the allowed rate or more, and the others are told within a second or two.
 */
export async function run(argv: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({ args: [...argv], options: { minutes: { type: 'string', default: '5' } } });
  const each = Math.max(2, Math.round((Number(values.minutes) * 60_000) / postEveryMs));
  const ends: (() => Promise<void>)[] = [];
  const house = await openIncidentHouse({
    isMoving: true,
    rules: { digestAbove: 10_000 },
    slackOptions: { postEveryMs, moreChannels: channels },
    onEnd: (end) => void ends.push(end),
  });
  const to = (platform: string, channel: string): Address => ({ platform, channel, thread: null });
  const routeOf = (entity: string, ...addresses: readonly Address[]): Route => ({
    match: { watch: null, entity, kind: null, severity: null },
    ...{ hours: null, to: addresses, escalate: [], repeatMs: null },
  });
  const { slack, discord } = house;
  house.rules.routes.push(
    ...slack.more.map((channel, at) => routeOf(`team-${at}`, to('slack', channel))),
    routeOf('bystander', to('slack', slack.channels.random), to('discord', discord.channels.ops)),
  );

  const idsOf = (at: number): readonly string[] => Array.from({ length: each }, (_, count) => `i${at}x${count}`);
  const storm = Array.from({ length: each }, (_, count) =>
    Array.from({ length: channels }, (_, at) => someIncident({ id: `i${at}x${count}`, entity: `team-${at}` })),
  ).flat();
  const startedAt = Date.now();
  for (let from = 0; from < storm.length; from += channels) {
    const batch = storm.slice(from, from + channels).map((one) => ({ ...one, openedAt: house.now() }));
    await house.happens(...batch);
  }

  const waits = { slack: 0, discord: 0 };
  let bystanders = 0;
  const isStorming = (): boolean => slack.more.some((channel) => cardsIn(channel).length < each);
  const cardsIn = (channel: string) => slack.messages(channel).filter(({ thread }) => thread === null);
  const lateAfter = startedAt + 2 * each * postEveryMs;
  while (isStorming() && Date.now() < lateAfter) {
    const askedAt = performance.now();
    await house.happens(someIncident({ id: `b${bystanders}`, entity: 'bystander', openedAt: house.now() }));
    bystanders += 1;
    await slack.waitFor(() => cardsIn(slack.channels.random).length === bystanders, 30_000);
    waits.slack = Math.max(waits.slack, performance.now() - askedAt);
    await discord.waitFor(() => discord.messages().length === bystanders, 30_000);
    waits.discord = Math.max(waits.discord, performance.now() - askedAt);
    await new Promise((resolve) => setTimeout(resolve, bystanderEveryMs));
  }

  const posts = slack.calls('chat.postMessage');
  const refused = posts.filter(({ status }) => status === 429);
  const found = slack.more.map((channel, at) => {
    const told = cardsIn(channel).map(({ blocks }) => /incident (i\d+x\d+)/.exec(JSON.stringify(blocks))?.[1] ?? '');
    const times = posts.filter(({ args, status }) => args.channel === channel && status === 200).map((one) => one.at);
    const share = ((each - 1) * postEveryMs) / ((times.at(-1) ?? 0) - (times[0] ?? 0));
    return {
      lost: idsOf(at).filter((id) => !told.includes(id)).length,
      twice: told.length - new Set(told).size,
      isInOrder: told.every((id, place) => id === idsOf(at)[place]),
      share,
    };
  });
  for (const end of ends) await end();

  const sum = (of: (one: (typeof found)[number]) => number): number => found.reduce((all, one) => all + of(one), 0);
  const [lost, twice, worst] = [
    sum((one) => one.lost),
    sum((one) => one.twice),
    Math.min(...found.map(({ share }) => share)),
  ];
  const inOrder = found.filter(({ isInOrder }) => isInOrder).length;
  const seconds = Math.round(((refused.at(-1)?.at ?? startedAt) - startedAt) / 1_000);
  console.log(`${storm.length} alerts in ${channels} channels, ${refused.length} answers of 429 over ${seconds} s`);
  console.log(`lost ${lost}, told twice ${twice}, channels in order ${inOrder} of ${channels}`);
  console.log(`slowest channel: ${(worst * 100).toFixed(1)} % of the allowed rate`);
  console.log(
    `${bystanders} alerts elsewhere meanwhile: told after ${Math.round(waits.slack)} ms at most in another channel of Slack, ` +
      `${Math.round(waits.discord)} ms in Discord`,
  );
  return (
    lost === 0 &&
    twice === 0 &&
    inOrder === channels &&
    worst >= wantedShare &&
    Math.max(waits.slack, waits.discord) < 2_000
  );
}
