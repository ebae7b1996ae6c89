import type * as bolt from '@slack/bolt';
import type { Log } from '../../core/log.ts';

export type Bolt = typeof bolt;

/** The package, loaded when it is first needed: it costs time and memory that an unconfigured bot saves. */
export function loadBolt(): Promise<Bolt> {
  return import('@slack/bolt');
}

/**
 * What Bolt has to say goes to our log, as detail: whatever matters of it reaches us as an error, which is logged where it is
 * handled. Its debug lines hold whole requests and are dropped.
 */
export function boltLogger({ LogLevel }: Bolt, log: Log): bolt.Logger {
  const pass = (...words: readonly unknown[]): void =>
    log.debug('Bolt says', { words: withoutTokens(words.map(String).join(' ')) });
  return {
    debug() {},
    info() {},
    warn: pass,
    error: pass,
    setLevel() {},
    setName() {},
    getLevel: () => LogLevel.WARN,
  };
}

/** Without anything that looks like one of Slack's tokens or like an address that is a permission by itself. */
export function withoutTokens(text: string): string {
  return text
    .replaceAll(/\bx(?:ox[a-z]|app)[\w.-]*-[\w-]+/g, '[token]')
    .replaceAll(/\bwss?:\/\/\S+/g, '[address]')
    .replaceAll(/(\/(?:commands|actions|services)\/)\S+/g, '$1[secret]');
}
