/** A place to speak. `thread` is a message of that channel under which to speak, or null for the channel itself. */
export type Address = { readonly platform: string; readonly channel: string; readonly thread: string | null };

/** A message that was sent, as its platform names it. */
export type MessageRef = { readonly platform: string; readonly channel: string; readonly message: string };
