/** What a font can write and how much room that takes. */
export type Font = {
  has(letter: string): boolean;
  /** In pixels at this size, without kerning, which makes it a little narrower. */
  widthOf(text: string, size: number): number;
};

/**
 * Reads which letters a TrueType file has and how wide each is. Tables `cmap` (format 4), `head`, `hhea` and `hmtx` of
 * https://learn.microsoft.com/typography/opentype/spec; throws `RangeError` for a file without them.
 */
export function readFont(file: Uint8Array): Font {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const tables = tablesOf(view);
  const table = (name: string): number => {
    const offset = tables.get(name);
    if (offset === undefined) throw new RangeError(`the font has no table ${name}`);
    return offset;
  };
  const unitsPerEm = view.getUint16(table('head') + 18);
  const metrics = view.getUint16(table('hhea') + 34);
  const glyphs = glyphsOf(view, table('cmap'));
  const advances = table('hmtx');
  // Letters beyond the last metric are as wide as that.
  const advanceOf = (glyph: number): number => view.getUint16(advances + 4 * Math.min(glyph, metrics - 1));
  const unitsOf = (letter: string): number => advanceOf(glyphs.get(letter.codePointAt(0) ?? 0) ?? 0);
  return {
    has: (letter) => glyphs.has(letter.codePointAt(0) ?? 0),
    widthOf: (text, size) => ([...text].reduce((sum, letter) => sum + unitsOf(letter), 0) * size) / unitsPerEm,
  };
}

function tablesOf(view: DataView): ReadonlyMap<string, number> {
  return new Map(
    Array.from({ length: view.getUint16(4) }, (_, at) => {
      const record = 12 + 16 * at;
      const name = String.fromCharCode(...[0, 1, 2, 3].map((byte) => view.getUint8(record + byte)));
      return [name, view.getUint32(record + 8)] as const;
    }),
  );
}

/** The glyph of each code point of the basic plane that has one. */
function glyphsOf(view: DataView, cmap: number): ReadonlyMap<number, number> {
  const table = subtableOf(view, cmap);
  const segments = view.getUint16(table + 6) / 2;
  const ends = table + 14;
  const starts = ends + 2 * segments + 2;
  const deltas = starts + 2 * segments;
  const offsets = deltas + 2 * segments;
  const glyphs = new Map<number, number>();
  for (let segment = 0; segment < segments; segment += 1) {
    const start = view.getUint16(starts + 2 * segment);
    const delta = view.getUint16(deltas + 2 * segment);
    const at = offsets + 2 * segment;
    const offset = view.getUint16(at);
    for (let code = start; code <= Math.min(0xfffe, view.getUint16(ends + 2 * segment)); code += 1) {
      const listed = offset === 0 ? code : view.getUint16(at + offset + 2 * (code - start));
      const glyph = listed === 0 ? 0 : (listed + delta) & 0xffff;
      if (glyph !== 0) glyphs.set(code, glyph);
    }
  }
  return glyphs;
}

function subtableOf(view: DataView, cmap: number): number {
  for (let at = 0; at < view.getUint16(cmap + 2); at += 1) {
    const offset = cmap + view.getUint32(cmap + 4 + 8 * at + 4);
    if (view.getUint16(offset) === 4) return offset;
  }
  throw new RangeError('the font has no cmap of format 4');
}
