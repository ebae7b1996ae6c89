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

/** Every channel that alerts may go to. */
export function channelsOf({ slack, discord }: Pick<Config, 'slack' | 'discord'>): readonly Address[] {
  const channels = [
    { platform: 'console', channel: 'main' },
    { platform: 'slack', channel: slack?.channel },
    { platform: 'discord', channel: discord?.channelId },
  ];
  return channels.flatMap(({ platform, channel }) => (channel ? [{ platform, channel, thread: null }] : []));
}
