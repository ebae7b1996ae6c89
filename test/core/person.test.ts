import { describe, expect, it } from 'vitest';
import { type Grant, mayActAs, noStanding, type Role, roleOf, roles } from '../../src/core/person.ts';

describe('a role', () => {
  const grants: readonly Grant[] = [
    { role: 'admin', platform: 'slack', to: 'person', id: 'U1' },
    { role: 'responder', platform: 'slack', to: 'person', id: 'U1' },
    { role: 'responder', platform: 'slack', to: 'group', id: 'S1' },
    { role: 'admin', platform: 'slack', to: 'channel', id: 'C1' },
  ];

  it.each([
    ['slack', 'U1', 'Ada', 'admin'],
    ['slack', 'U2', 'Ada', 'viewer'],
    // Another platform may give the same id to somebody else, and anybody any name.
    ['discord', 'U1', 'Ada', 'viewer'],
    ['slack', 'U2', 'U1', 'viewer'],
    // The id of a group or a channel is nobody's.
    ['slack', 'S1', 'Ada', 'viewer'],
    ['slack', 'C1', 'Ada', 'viewer'],
  ])('of %s:%s, who is called %s, is %s', (platform, id, name, role) => {
    expect(roleOf({ platform, id, name }, noStanding, grants)).toBe(role);
  });

  it.each([
    ['slack', ['S1'], [], 'responder'],
    ['slack', ['S2'], ['C2'], 'viewer'],
    ['slack', [], ['C2', 'C1'], 'admin'],
    ['slack', ['S1'], ['C1'], 'admin'],
    ['discord', ['S1'], ['C1'], 'viewer'],
    ['slack', ['C1'], ['S1'], 'viewer'],
    ['slack', ['U1'], ['U1'], 'viewer'],
  ])('of somebody on %s in the groups %j who speaks in %j is %s', (platform, groups, channels, role) => {
    const standing = { groups, channels, unsure: null };
    expect(roleOf({ platform, id: 'U9', name: 'Ada' }, standing, grants)).toBe(role);
  });

  it('may do what it needs and everything below', () => {
    const allowed = (has: Role): readonly Role[] => roles.filter((needs) => mayActAs(has, needs));
    expect(roles.map(allowed)).toEqual([['viewer'], ['viewer', 'responder'], ['viewer', 'responder', 'admin']]);
  });
});
