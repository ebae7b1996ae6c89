import { describe, expect, it } from 'vitest';
import { decodeAction, encodeAction, requestOf } from '../../src/core/button.ts';

describe('the action of a button', () => {
  const action = { path: ['silence', 'add'], values: { incident: '1a2b3c4d', for: '1 h & more' }, asks: ['reason'] };

  it('comes back as it was', () => {
    expect(decodeAction(encodeAction(action))).toEqual(action);
    expect(decodeAction(encodeAction({ path: ['ack'], values: {}, asks: [] }))).toEqual({
      path: ['ack'],
      values: {},
      asks: [],
    });
  });

  it('is refused when a platform has no room for it', () => {
    expect(() => encodeAction({ ...action, values: { incident: 'x'.repeat(100) } })).toThrow(RangeError);
  });

  it.each(['', 'ack', 'ACK?x=1', '../ack?x', 'a b c?x=1', `ack?incident=${'x'.repeat(100)}`])(
    'is not read from "%s"',
    (text) => {
      expect(decodeAction(text)).toBeNull();
    },
  );

  it('takes from a form what it asks for and nothing else', () => {
    expect(requestOf(action, { reason: 'disk swap', incident: 'another', for: ' ' })).toEqual({
      kind: 'command',
      path: ['silence', 'add'],
      values: { incident: '1a2b3c4d', for: '1 h & more', reason: 'disk swap' },
    });
    expect(requestOf(action, { reason: '  ' })).toMatchObject({ values: { incident: '1a2b3c4d' } });
  });
});
