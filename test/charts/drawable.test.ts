import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cutToWidth, drawable } from '../../src/charts/drawable.ts';
import { readFont } from '../../src/charts/font.ts';
import { fontFiles, readFonts } from '../../src/charts/fonts.ts';

const { regular, bold } = readFonts();

describe('the font of pictures', () => {
  it.each(['Latin é ß', 'Αθήνα', 'Санкт-Петербург', '−∞ … · ↑ ↓ µ □ ≥'])('has the letters of %s', (text) => {
    for (const font of [regular, bold]) expect([...text].filter((letter) => !font.has(letter))).toEqual([]);
  });

  it.each(['漢', 'ע', 'ع', '🔥', '\ud83d'])('lacks %s', (letter) => {
    expect(regular.has(letter)).toBe(false);
  });

  it('has letters of different widths, in proportion to its size', () => {
    expect(regular.widthOf('W', 16)).toBeGreaterThan(2 * regular.widthOf('i', 16));
    expect(regular.widthOf('web-1', 32)).toBeCloseTo(2 * regular.widthOf('web-1', 16));
    expect(bold.widthOf('web-1', 16)).toBeGreaterThan(regular.widthOf('web-1', 16));
  });

  it('is refused when it is no font', () => {
    expect(() => readFont(new Uint8Array(100))).toThrow('the font has no table head');
    expect(() => readFont(readFileSync(fontFiles.regular).subarray(0, 2_000))).toThrow(RangeError);
  });
});

describe('a text of a picture', () => {
  it.each([
    ['web-1', 'web-1'],
    ['Αθήνα Санкт', 'Αθήνα Санкт'],
    ['東京 db', '□□ db'],
    ['fire 🔥', 'fire □'],
    ['family 👩‍🚀', 'family □□'],
    ['  two\n\tlines\r\n', 'two lines'],
    ['bell\u0007 null\u0000 escape\u001b[31m', 'bell null escape [31m'],
    ['turn\u202eed', 'turned'],
    ['e\u0301', 'é'],
    ['half \ud83d', 'half □'],
    ['', ''],
  ])('%j is drawn as %j', (text, drawn) => {
    expect(drawable(text, regular)).toBe(drawn);
  });

  it('is cut where its room ends, and says so', () => {
    const cut = cutToWidth('x'.repeat(400), 100, 14, regular);
    expect(cut).toMatch(/^x{5,}…$/);
    expect(regular.widthOf(cut, 14)).toBeLessThanOrEqual(100);
    expect(cutToWidth('web-1', 100, 14, regular)).toBe('web-1');
    expect(cutToWidth('web-1', 2, 14, regular)).toBe('');
  });
});
