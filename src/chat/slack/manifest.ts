import type { Command } from '../../core/command.ts';
import { usageHintLength } from './limits.ts';

/** What the bot is allowed to do, and why. */
const scopes = [
  // It hears who calls it by name, and commands.
  'app_mentions:read',
  'commands',
  // It answers and alerts.
  'chat:write',
  'files:write',
  // It hears direct messages, and looks for its own message before it sends one again.
  'channels:history',
  'groups:history',
  'im:history',
  // It asks who is in the user groups that roles are given to.
  'usergroups:read',
];

/** The app as Slack's page "Create an app from a manifest" takes it. The hint on `/ops` is made from the commands. */
export function slackManifest(commands: readonly Command[]): object {
  return {
    display_information: {
      name: 'SmartCloudOps',
      description: 'What is going on in your systems, why, and what can be done about it',
      background_color: '#1d2939',
    },
    features: {
      // Without an open messages tab nobody can write to the bot directly.
      app_home: { home_tab_enabled: false, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: 'SmartCloudOps', always_online: false },
      slash_commands: [
        {
          command: '/ops',
          description: 'What is going on, why, and what can be done about it',
          usage_hint: hintOf(commands),
          should_escape: false,
        },
      ],
    },
    oauth_config: { scopes: { bot: scopes } },
    settings: {
      event_subscriptions: { bot_events: ['app_mention', 'message.im'] },
      // Without it nothing happens when a button is clicked.
      interactivity: { is_enabled: true },
      org_deploy_enabled: false,
      socket_mode_enabled: true,
      token_rotation_enabled: false,
    },
  };
}

/** The commands with what they require, as many as fit. */
function hintOf(commands: readonly Command[]): string {
  const hints = commands.map(({ path, options }) => {
    const required = options.filter((option) => option.required);
    const values = required.map(({ name, choices }) => `<${choices.length > 0 ? choices.join('|') : name}>`);
    return [...path, ...values].join(' ');
  });
  let hint = '';
  for (const next of hints) {
    const longer = hint === '' ? next : `${hint} · ${next}`;
    if (longer.length > usageHintLength - 2) return `${hint} …`;
    hint = longer;
  }
  return hint === '' ? 'help' : hint;
}
