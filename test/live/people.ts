import { wordsOf as discordWords, startDiscordEmulator } from '../emulators/discord.ts';
import { wordsOf as slackWords, startSlackEmulator } from '../emulators/slack.ts';

/** A message of the bot as people see it now. */
export type Seen = { readonly id: string; readonly under: string | null; readonly words: string };

export type People = {
  /** What the bot has to be told to be with them. */
  readonly env: Readonly<Record<string, string>>;
  /** The alert channel of each platform, oldest first. */
  readonly channels: Readonly<Record<'slack' | 'discord', () => readonly Seen[]>>;
  readonly slack: Awaited<ReturnType<typeof startSlackEmulator>>;
  readonly discord: Awaited<ReturnType<typeof startDiscordEmulator>>;
  stop(): Promise<void>;
};

/** Slack and Discord on this machine, with an alert channel each. */
export async function gatherPeople(): Promise<People> {
  const [slack, discord] = await Promise.all([
    startSlackEmulator({ oneASecond: true }),
    startDiscordEmulator({ bucket: { limit: 5, windowMs: 5_000 } }),
  ]);
  return {
    env: {
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.url,
      SLACK_CHANNEL: slack.channels.ops,
      DISCORD_TOKEN: discord.token,
      DISCORD_API_URL: discord.url,
      DISCORD_CHANNEL_ID: discord.channels.ops,
    },
    channels: {
      slack: () => slack.messages().map((one) => ({ id: one.ts, under: one.thread, words: slackWords(one) })),
      discord: () =>
        discord
          .posts()
          .map((one) => ({ id: one.id, under: underOf(one, discord.channels.ops), words: discordWords(one) })),
    },
    slack,
    discord,
    stop: async () => {
      await Promise.all([slack.stop(), discord.stop()]);
    },
  };
}

/** The message that another answers, or in whose thread it stands. */
function underOf({ channel, replyTo }: { readonly channel: string; readonly replyTo: string | null }, ops: string) {
  return replyTo ?? (channel === ops ? null : channel);
}

/** The cards of incidents: what stands in the channel itself. */
export function cardsIn(seen: readonly Seen[]): readonly Seen[] {
  return seen.filter(({ under }) => under === null);
}
