import { describe, expect, it } from 'vitest';
import { isAddressed, plainText } from '../../../src/chat/discord/mention-text.ts';

const names = {
  user: (id: string) => (id === '2' ? 'Ada' : null),
  role: (id: string) => (id === '3' ? 'on-call' : null),
  channel: (id: string) => (id === '4' ? 'ops' : null),
};

describe('plainText', () => {
  it.each([
    ['<@1> what is wrong?', 'what is wrong?'],
    ['hey <@!1>, status', 'hey , status'],
    ['<@1> tell <@2> and <@9>', 'tell @Ada and @somebody'],
    ['<@1> tell <@&3> or <@&8>', 'tell @on-call or @some role'],
    ['<@1> in <#4> or <#7>', 'in #ops or #some channel'],
    ['<@1> <:fire:123> <a:spin:456>', ':fire: :spin:'],
    ['<@1> run </ops status:123>', 'run /ops status'],
    ['<@1> since <t:1700000000:R>', 'since 2023-11-14T22:13:20.000Z'],
    ['<@1> at <t:9999999999999>', 'at <t:9999999999999>'],
    ['<@1>   much    room\nand a line', 'much room\nand a line'],
    ['<@1>', ''],
  ])('reads %j as %j', (content, text) => {
    expect(plainText(content, '1', names)).toBe(text);
  });
});

describe('isAddressed', () => {
  it.each([
    ['<@1> hi', true],
    ['hi <@!1>', true],
    ['hi <@12>', false],
    ['hi <@&1>', false],
    ['hi', false],
  ])('of %j is %s', (content, is) => {
    expect(isAddressed(content, '1')).toBe(is);
  });
});
