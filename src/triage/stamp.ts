/** A text as 32 bits that look like chance, the same on every machine (FNV-1a). Against accidents, not against malice. */
export function stamp(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
