import { expect, it } from 'vitest';
import { UpstreamError } from '../../../src/core/errors.ts';
import { memoryDeliveries } from '../../small-things.ts';
import { startBot, untilQuiet } from './start-bot.ts';

it('what a process before this one has answered is not answered again', async () => {
  const deliveries = memoryDeliveries();
  const first = await startBot({ given: { deliveries } });
  const { id } = first.slack.command('/ops status');
  await first.slack.waitFor(() => first.conversation.heard.length === 1);
  await first.platform.stop();

  const second = await startBot({ slack: first.slack, given: { deliveries } });
  await second.slack.waitFor(() => second.platform.connection().kind === 'connected');
  second.slack.redeliver(id);
  await untilQuiet(second);
  expect(second.conversation.heard.map((event) => event.request.kind)).toEqual(['mention']);
});

it('what can not be looked up is answered', async () => {
  const deliveries = {
    claim: async () => {
      throw new UpstreamError('database', 'the disk is full', { retryable: true });
    },
  };
  const { slack, conversation, log } = await startBot({ given: { deliveries } });
  slack.command('/ops status');
  await slack.waitFor(() => conversation.heard.length === 1);
  expect(log.lines.some(({ message }) => message.includes('could not be read'))).toBe(true);
});
