/** Somebody to call by name: the only pings there are, and they come from the watches file alone. */
export type Mention = { readonly platform: string; readonly to: 'person' | 'group' | 'role'; readonly id: string };
