/** How people see what a message names by id; null when it is not known here. */
export type Names = {
  readonly user: (id: string) => string | null;
  readonly role: (id: string) => string | null;
  readonly channel: (id: string) => string | null;
};

/** Whether a message is addressed to this bot by name. */
export function isAddressed(content: string, bot: string): boolean {
  return content.includes(`<@${bot}>`) || content.includes(`<@!${bot}>`);
}

/** What was said, in plain words: without the bot's own mention, and with names where Discord writes ids. */
export function plainText(content: string, bot: string, names: Names): string {
  return content
    .replaceAll(new RegExp(`<@!?${bot}>`, 'g'), ' ')
    .replaceAll(/<@!?(\d+)>/g, (_whole, id: string) => `@${names.user(id) ?? 'somebody'}`)
    .replaceAll(/<@&(\d+)>/g, (_whole, id: string) => `@${names.role(id) ?? 'some role'}`)
    .replaceAll(/<#(\d+)>/g, (_whole, id: string) => `#${names.channel(id) ?? 'some channel'}`)
    .replaceAll(/<a?(:\w+:)\d+>/g, '$1')
    .replaceAll(/<(\/[^:<>]+):\d+>/g, '$1')
    .replaceAll(/<t:(-?\d{1,12})(?::\w)?>/g, (_whole, seconds: string) =>
      new Date(Number(seconds) * 1_000).toISOString(),
    )
    .replaceAll(/[^\S\n]+/g, ' ')
    .trim();
}
