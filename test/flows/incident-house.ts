import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createIncidentControl } from '../../src/act.ts';
import { createDiscordPlatform } from '../../src/chat/discord/platform.ts';
import { createSlackPlatform } from '../../src/chat/slack/platform.ts';
import { createAck } from '../../src/commands/ack.ts';
import { createFeedback } from '../../src/commands/feedback.ts';
import { createResolve } from '../../src/commands/resolve.ts';
import { createSilenceAdd } from '../../src/commands/silence-add.ts';
import { createConverse } from '../../src/converse.ts';
import type { Address } from '../../src/core/address.ts';
import type { Chart, Painter } from '../../src/core/chart.ts';
import type { Incident } from '../../src/core/incident.ts';
import { silentLog as log } from '../../src/core/log.ts';
import { noRules, type Rules } from '../../src/core/routing.ts';
import type { Situation } from '../../src/core/situation.ts';
import { createDelivery, troubleWith } from '../../src/deliver.ts';
import { createDesk } from '../../src/desk.ts';
import { cardOf, contextOf } from '../../src/incidents/card.ts';
import { passTime } from '../../src/incidents/pass-time.ts';
import { createQuiet, createTelling } from '../../src/incidents/quiet.ts';
import { audiencesOf } from '../../src/incidents/route.ts';
import { createRecorder } from '../../src/record.ts';
import { createSilenceControl, createSilences } from '../../src/silences.ts';
import { openStore } from '../../src/store/open-store.ts';
import { createTell } from '../../src/tell.ts';
import { defaultWatches } from '../../src/watches.ts';
import { startDiscordEmulator } from '../emulators/discord.ts';
import { type SlackEmulatorOptions, startSlackEmulator } from '../emulators/slack.ts';
import { memoryDeliveries, noPictures, quietTelemetry } from '../small-things.ts';

export type IncidentHouseOptions = {
  readonly rules?: Partial<Rules>;
  /** Whether the clock goes on by itself. */
  readonly isMoving?: boolean;
  /** Whether posts wait for the pace that Slack asks for. */
  readonly isPaced?: boolean;
  readonly slackOptions?: SlackEmulatorOptions;
  readonly isTriageOn?: (watch: string) => boolean;
  readonly painter?: Painter;
  /** What is done at the end; left out: it is the test's. */
  readonly onEnd?: (end: () => Promise<void>) => void;
  readonly chartOf?: (incident: Incident) => Chart | null;
};

/**
 * The alert's life with everything real but what it comes from: the store, the desk, delivery, the commands behind the buttons,
 * and both platforms over the network with their emulators. The clock stands still until a test moves it.
 */
export async function openIncidentHouse({
  rules: given = {},
  painter = noPictures,
  chartOf,
  isTriageOn = () => false,
  isMoving = false,
  isPaced = true,
  onEnd = onTestFinished,
  slackOptions = {},
}: IncidentHouseOptions = {}) {
  const rules = { ...noRules, ...given, routes: [...(given.routes ?? [])] };
  const [slack, discord] = [await startSlackEmulator(slackOptions), await startDiscordEmulator()];
  const store = await openStore({ databaseUrl: null, dataDir: mkdtempSync(join(tmpdir(), 'incidents-')), log });
  let clock = Date.UTC(2026, 0, 5, 12);
  const startedAt = performance.now();
  const now = (): number => clock + (isMoving ? performance.now() - startedAt : 0);
  const watches = defaultWatches();
  const routing = {
    rules,
    watches,
    isRefusing: (to: Address) => troubleWith(delivery.troubles(), to)?.isRefused ?? false,
  };
  const channels = [
    { platform: 'slack', channel: slack.channels.ops, thread: null },
    { platform: 'discord', channel: discord.channels.ops, thread: null },
  ];
  const silences = createSilences({ store: store.silences, now });
  await silences.load();
  const around = (incidents: readonly Incident[]) => ({
    incidents,
    rules,
    silences: silences.all(),
    now: now(),
    isTriageOn,
  });
  const desk = createDesk({
    incidents: store.incidents,
    audiencesOf: (incident) => audiencesOf(incident, { ...routing, channels }),
    tellingAmong: (known) => createTelling(around(known)),
    digestAbove: rules.digestAbove,
    ...{ telemetry: quietTelemetry, now },
  });
  const incidents = createIncidentControl({ desk, incidents: store.incidents, now });
  const silenceControl = createSilenceControl(desk, silences, now);
  const situation = (): Situation => ({
    ...{ now: now(), simulated: false, source: { reachable: true, since: 0, because: null } },
    ...{ watches: [], open: [] },
  });
  const commands = [
    ...[createAck(incidents), createResolve(incidents), createFeedback(incidents)],
    createSilenceAdd({
      ...{ silences: silenceControl, incidents, watches: ['hosts'], timeZone: 'UTC', now },
      situation,
    }),
  ];
  const converse = createConverse({
    commands,
    roleOf: () => 'responder',
    record: createRecorder({ audit: store.audit, hide: (text) => text, now: Date.now }),
    ...{ telemetry: quietTelemetry, now: Date.now, log },
  });
  const { botToken, appToken, url } = slack;
  const shared = { painter, log, now: Date.now };
  const platforms = new Map(
    [
      createSlackPlatform({
        deliveries: memoryDeliveries(),
        ...{ botToken, appToken, apiUrl: url, signingSecret: null, mode: 'socket', port: 0, groups: [] },
        ...shared,
      }),
      createDiscordPlatform({ ...{ token: discord.token, apiUrl: discord.url, commands }, ...shared }),
    ].map((platform) => [platform.name, isPaced ? platform : { ...platform, paceMs: 0 }]),
  );
  const delivery = createDelivery({
    incidents: store.incidents,
    platforms,
    tell: createTell({
      incidents: store.incidents,
      quietAmong: (known) => createQuiet(around(known)),
      cardOf: async (incident, quiet) =>
        cardOf(incident, contextOf(incident, watches, { simulated: false, quiet }), chartOf?.(incident) ?? null),
      simulated: false,
    }),
    ...{ telemetry: quietTelemetry, now, log },
  });
  desk.onChange(delivery.kick);
  for (const platform of platforms.values()) await platform.start(converse);
  delivery.start();
  onEnd(async () => {
    await delivery.stop();
    for (const platform of platforms.values()) await platform.stop();
    await Promise.all([slack.stop(), discord.stop(), store.close()]);
  });

  return {
    slack,
    discord,
    store,
    incidents,
    rules,
    delivery,
    channels,
    now,
    /** What a tick would have found. */
    happens: (...changed: readonly Incident[]) => desk.change(() => ({ changed, outcome: undefined })),
    /** Time passes, and a tick finds nothing new. */
    async passes(ms: number) {
      clock += ms;
      await desk.change((known) => ({ changed: passTime(around(known.incidents)), outcome: undefined }));
    },
    /** Resolves when everybody has been told what they are owed by now. */
    async allTold(ms = 30_000) {
      const isDue = async (): Promise<boolean> =>
        (await store.incidents.remember()).owed.some(({ notBefore }) => notBefore === null || notBefore <= now());
      const until = performance.now() + ms;
      while (await isDue()) {
        if (performance.now() > until) throw new Error('not everybody was told in time');
        delivery.kick();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}
