import { expect, it } from 'vitest';
import { z } from 'zod';
import { slackManifest } from '../../../src/chat/slack/manifest.ts';
import { type Command, defineCommand } from '../../../src/core/command.ts';
import { say } from '../../../src/core/reply.ts';

function command(path: Command['path'], options: Command['options'] = []): Command {
  const run = async () => say('');
  return defineCommand({ path, summary: 'x', effect: 'read', role: 'viewer', options, input: z.unknown(), run });
}
const option = (name: string, required: boolean, choices: readonly string[] = []) => ({
  name,
  summary: name,
  required,
  choices,
  completes: false,
});
const hintOf = (commands: readonly Command[]): unknown =>
  z
    .object({ features: z.object({ slash_commands: z.array(z.object({ usage_hint: z.string() })) }) })
    .parse(slackManifest(commands)).features.slash_commands[0]?.usage_hint;

it('hints at every command and what it requires', () => {
  const commands = [
    command(['help']),
    command(['query'], [option('promql', true), option('range', false)]),
    command(['ai', 'switch'], [option('provider', true, ['auto', 'gemini'])]),
  ];
  expect(hintOf(commands)).toBe('help · query <promql> · ai switch <auto|gemini>');
});

it('hints at no more than Slack takes', () => {
  const hint = hintOf(Array.from({ length: 300 }, (_command, at) => command([`command${at}`])));
  expect(String(hint).length).toBeLessThanOrEqual(1_000);
  expect(hint).toMatch(/ …$/);
});

it('asks for the rights that are used and no others, and lets people write to the bot directly', () => {
  expect(slackManifest([])).toMatchObject({
    features: { app_home: { messages_tab_enabled: true, messages_tab_read_only_enabled: false } },
    oauth_config: {
      scopes: {
        bot: [
          'app_mentions:read',
          'commands',
          'chat:write',
          'files:write',
          'channels:history',
          'groups:history',
          'im:history',
          'usergroups:read',
        ],
      },
    },
    settings: { event_subscriptions: { bot_events: ['app_mention', 'message.im'] }, socket_mode_enabled: true },
  });
});
