import { describe, expect, it } from 'vitest';
import { mayActAs, type Role, roleOf, roles } from '../../src/core/person.ts';

describe('a role', () => {
  const admins = [{ platform: 'slack', id: 'U1' }];

  it.each([
    ['slack', 'U1', 'Ada', 'admin'],
    ['slack', 'U2', 'Ada', 'viewer'],
    // Another platform may give the same id to somebody else, and anybody any name.
    ['discord', 'U1', 'Ada', 'viewer'],
    ['slack', 'U2', 'U1', 'viewer'],
  ])('of %s:%s, who is called %s, is %s', (platform, id, name, role) => {
    expect(roleOf({ platform, id, name }, admins)).toBe(role);
  });

  it('may do what it needs and everything below', () => {
    const allowed = (has: Role): readonly Role[] => roles.filter((needs) => mayActAs(has, needs));
    expect(roles.map(allowed)).toEqual([['viewer'], ['viewer', 'responder'], ['viewer', 'responder', 'admin']]);
  });
});
