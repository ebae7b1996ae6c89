import { App, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { createSlackPlatform } from '../../src/chat/slack/platform.ts';
import { silentLog } from '../../src/core/log.ts';
import { say } from '../../src/core/reply.ts';
import { startSlackEmulator } from '../emulators/slack.ts';
import { memoryDeliveries, noPictures } from '../small-things.ts';
import { beside, median, type Row } from './measure.ts';

const commandsPerRound = 50;

/**
 * From a slash command to its acknowledgement over Socket Mode, through our adapter and through a Bolt app of six lines; each
 * beside its own emulator in this process.
 */
export async function rows(): Promise<readonly Row[]> {
  const [ours, bare] = [await startSlackEmulator(), await startSlackEmulator()];
  const platform = createSlackPlatform({
    deliveries: memoryDeliveries(),
    painter: noPictures,
    botToken: ours.botToken,
    appToken: ours.appToken,
    signingSecret: null,
    mode: 'socket',
    port: 0,
    apiUrl: ours.url,
    groups: [],
    log: silentLog,
    now: Date.now,
  });
  await platform.start({
    handle: async (_event, show) => show(say('done')),
    complete: async () => [],
    formOf: () => [],
  });
  const app = await startBareBolt(bare);
  try {
    const result = await beside(
      7,
      () => typeCommands(ours),
      () => typeCommands(bare),
    );
    return [{ what: 'a slash command to its acknowledgement', ...result, unit: 'ms', beside: 'bare Bolt' }];
  } finally {
    await platform.stop();
    await app.stop();
    await Promise.all([ours.stop(), bare.stop()]);
  }
}

type Emulator = Awaited<ReturnType<typeof startSlackEmulator>>;

async function startBareBolt(slack: Emulator): Promise<App> {
  const clientOptions = { slackApiUrl: slack.url };
  const receiver = new SocketModeReceiver({
    appToken: slack.appToken,
    logLevel: LogLevel.ERROR,
    installerOptions: { clientOptions },
  });
  const app = new App({ token: slack.botToken, receiver, clientOptions, logLevel: LogLevel.ERROR });
  app.command('/ops', async ({ ack }) => ack());
  await app.start();
  return app;
}

/** The median time to the acknowledgement of one command, typed one after another, ms. */
async function typeCommands(slack: Emulator): Promise<number> {
  const before = slack.acks().length;
  for (let typed = 1; typed <= commandsPerRound; typed += 1) {
    slack.command('/ops status');
    await slack.waitFor(() => slack.acks().length >= before + typed);
  }
  return median(
    slack
      .acks()
      .slice(before)
      .map(({ ms }) => ms),
  );
}
