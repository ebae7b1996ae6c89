import { describe, expect, it } from 'vitest';
import { boltLogger, loadBolt, withoutTokens } from '../../../src/chat/slack/bolt.ts';
import { createRecordingLog } from './start-bot.ts';

describe('withoutTokens', () => {
  it.each([
    ['a bot token xoxb-123-456-abcDEF, and more', 'a bot token [token], and more'],
    ['{"token":"xoxp-1-2-3"}', '{"token":"[token]"}'],
    ['rotated xoxe.xoxb-1-abc', 'rotated [token]'],
    ['an app token xapp-1-A0-2-cafe', 'an app token [token]'],
    ['wss://wss-primary.slack.com/link/?ticket=1&app_id=2 broke', '[address] broke'],
    ['https://hooks.slack.com/commands/T1/2/3abc failed', 'https://hooks.slack.com/commands/[secret] failed'],
    ['nothing to hide in box-1', 'nothing to hide in box-1'],
  ])('of %j leaves %j', (text, rest) => {
    expect(withoutTokens(text)).toBe(rest);
  });
});

it('what Bolt has to say is detail in our log, without tokens and without whole requests', async () => {
  const log = createRecordingLog();
  const logger = boltLogger(await loadBolt(), log);
  logger.debug('http request headers: xoxb-1-2');
  logger.info('starting');
  logger.warn('beware of', 'xoxb-1-2-abc');
  logger.error(new Error('broke with xapp-1-2-abc'));
  expect(log.lines.map(({ level, given }) => [level, given.words])).toEqual([
    ['debug', 'beware of [token]'],
    ['debug', 'Error: broke with [token]'],
  ]);
});
