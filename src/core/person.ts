export const roles = ['viewer', 'responder', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Somebody who asks. `id` is the platform's stable name for them; `name` is for showing and never for deciding. */
export type Person = { readonly platform: string; readonly id: string; readonly name: string };

export function mayActAs(has: Role, needs: Role): boolean {
  return roles.indexOf(has) >= roles.indexOf(needs);
}

/** Somebody's role: admin when they are named as one, by platform and id; else a viewer. Names decide nothing. */
export function roleOf(person: Person, admins: readonly Pick<Person, 'platform' | 'id'>[]): Role {
  const isAdmin = admins.some((admin) => admin.platform === person.platform && admin.id === person.id);
  return isAdmin ? 'admin' : 'viewer';
}
