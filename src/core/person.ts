export const roles = ['viewer', 'responder', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Somebody who asks. `id` is the platform's stable name for them; `name` is for showing and never for deciding. */
export type Person = { readonly platform: string; readonly id: string; readonly name: string };

/**
 * Where somebody stands at the moment they ask, as their platform knows it: the groups they are in (Slack's user groups, Discord's
 * roles) and the channels they speak in, a thread's own among them; none in a direct message. A group that could not be
 * asked about is not among them, and `unsure` says why.
 */
export type Standing = {
  readonly groups: readonly string[];
  readonly channels: readonly string[];
  readonly unsure: string | null;
};

/** Of who comes through a door that knows neither groups nor channels. */
export const noStanding: Standing = { groups: [], channels: [], unsure: null };

/** A role is given to a person, to everybody in a group, or to whoever speaks in a channel. */
export type Grant = {
  readonly role: Role;
  readonly platform: string;
  readonly to: 'person' | 'group' | 'channel';
  readonly id: string;
};

export function mayActAs(has: Role, needs: Role): boolean {
  return roles.indexOf(has) >= roles.indexOf(needs);
}

/** Somebody's role: the highest that is given to them, to a group they are in or where they speak; else viewer. Names decide nothing. */
export function roleOf(person: Person, standing: Standing, grants: readonly Grant[]): Role {
  const named = { person: [person.id], group: standing.groups, channel: standing.channels };
  const given = grants.filter(({ platform, to, id }) => platform === person.platform && named[to].includes(id));
  return roles.findLast((role) => given.some((grant) => grant.role === role)) ?? 'viewer';
}
