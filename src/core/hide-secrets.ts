const hidden = '[secret]';

/**
 * Takes secrets out of a text, also as a URL and as JSON write them. Longest first, so that a secret inside another leaves
 * nothing of the longer one.
 */
export function hiderOf(secrets: readonly string[]): (text: string) => string {
  const written = secrets.flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ]);
  const all = [...new Set(written)].filter(Boolean).sort((a, b) => b.length - a.length);
  return (text) => all.reduce((left, secret) => left.replaceAll(secret, hidden), text);
}
