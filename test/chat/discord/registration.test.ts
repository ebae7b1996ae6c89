import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { discordRegistration, isRegistered } from '../../../src/chat/discord/registration.ts';
import { type Command, type CommandOption, defineCommand } from '../../../src/core/command.ts';
import { ConfigError } from '../../../src/core/errors.ts';
import { say } from '../../../src/core/reply.ts';
import { commandProblems } from '../../emulators/discord-checks.ts';

const option = (name: string, more: Partial<CommandOption> = {}): CommandOption => ({
  name,
  summary: `the ${name}`,
  required: false,
  choices: [],
  completes: false,
  ...more,
});
const command = (path: Command['path'], options: readonly CommandOption[] = [], summary = 'does it'): Command =>
  defineCommand({
    path,
    summary,
    effect: 'read',
    role: 'viewer',
    options,
    input: z.unknown(),
    run: async () => say('done'),
  });

const commands = [
  command(['help']),
  command(
    ['query'],
    [option('range', { choices: ['1h', '6h'] }), option('promql', { required: true, completes: true })],
  ),
  command(['ai', 'show']),
  command(['ai', 'switch'], [option('provider', { required: true, choices: ['auto', 'gemini'], completes: true })]),
];

describe('discordRegistration', () => {
  it('is one command with sub-commands and groups', () => {
    expect(discordRegistration(commands)).toMatchObject([
      {
        name: 'ops',
        type: 1,
        contexts: [0, 1],
        options: [
          { type: 1, name: 'help', options: [] },
          { type: 1, name: 'query' },
          {
            type: 2,
            name: 'ai',
            description: 'show: does it · switch: does it',
            options: [{ name: 'show' }, { name: 'switch' }],
          },
        ],
      },
    ]);
  });

  it('puts required options first, and suggests only where there are no choices', () => {
    const [top] = discordRegistration(commands) as { options: { name: string; options: object[] }[] }[];
    expect(top?.options[1]?.options).toEqual([
      { type: 3, name: 'promql', description: 'the promql', required: true, autocomplete: true },
      {
        type: 3,
        name: 'range',
        description: 'the range',
        required: false,
        choices: [
          { name: '1h', value: '1h' },
          { name: '6h', value: '6h' },
        ],
      },
    ]);
    expect(top?.options[2]?.options[1]).toMatchObject({ options: [{ name: 'provider', choices: [{}, {}] }] });
    expect(JSON.stringify(top?.options[2])).not.toContain('autocomplete');
  });

  it('cuts descriptions where Discord would refuse them', () => {
    const registration = discordRegistration([command(['help'], [], 'long '.repeat(60))]);
    expect(commandProblems(registration)).toEqual([]);
    expect(JSON.stringify(registration)).toContain('…');
  });

  it('says when there are more commands than Discord can show', () => {
    const many = Array.from({ length: 26 }, (_one, at) => command([`c${at}`]));
    expect(() => discordRegistration(many)).toThrow(ConfigError);
  });
});

describe('isRegistered', () => {
  const wanted = discordRegistration(commands);
  const asDiscordGivesIt = JSON.parse(
    JSON.stringify(wanted, (_key, value: unknown) =>
      value === false || (Array.isArray(value) && value.length === 0) ? undefined : value,
    ),
  ).map((one: object) => ({ ...one, id: '1', version: '2', nsfw: false, default_member_permissions: null }));

  it('knows its own list again with all that Discord adds and leaves out', () => {
    expect(isRegistered(wanted, asDiscordGivesIt)).toBe(true);
  });

  it.each([
    ['nothing', []],
    ['one command more', [...asDiscordGivesIt, { name: 'old', description: 'x' }]],
    ['another description', [{ ...asDiscordGivesIt[0], description: 'x' }]],
    ['fewer sub-commands', [{ ...asDiscordGivesIt[0], options: asDiscordGivesIt[0].options.slice(1) }]],
    ['no list at all', { message: 'no' }],
  ])('sees the difference to %s', (_what, registered) => {
    expect(isRegistered(wanted, registered)).toBe(false);
  });
});
