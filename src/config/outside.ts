import type { Address } from '../core/address.ts';
import type { PrometheusConnection } from '../core/prometheus-connection.ts';
import type { Config } from './config.ts';

/** How Prometheus is reached, or in its place the simulated cluster. */
export function connectionOf(
  { prometheus, prometheusTimeoutMs }: Pick<Config, 'prometheus' | 'prometheusTimeoutMs'>,
  demoUrl: string,
  maxBytes: number,
): PrometheusConnection {
  const { url, headers } = prometheus ?? { url: demoUrl, headers: {} };
  return { url, headers, timeoutMs: prometheusTimeoutMs, maxBytes };
}

/** Every channel of Slack and Discord that an alert may go to by itself: that of the platform, of a watch, of a route. */
export function chatChannelsOf(config: Pick<Config, 'slack' | 'discord' | 'watches' | 'rules'>): readonly Address[] {
  const { watches, rules } = config;
  const named = [...watches.flatMap(({ audiences }) => audiences), ...rules.routes.flatMap(({ to }) => to)];
  const all = [...channelsOf(config), ...named].filter(({ platform }) => platform !== 'console');
  return [...new Map(all.map((one) => [`${one.platform} ${one.channel}`, one])).values()];
}

/** Every channel that alerts go to where nothing else is said. */
export function channelsOf({ slack, discord }: Pick<Config, 'slack' | 'discord'>): readonly Address[] {
  const channels = [
    { platform: 'console', channel: 'main' },
    { platform: 'slack', channel: slack?.channel },
    { platform: 'discord', channel: discord?.channelId },
  ];
  return channels.flatMap(({ platform, channel }) => (channel ? [{ platform, channel, thread: null }] : []));
}
