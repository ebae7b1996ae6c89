import type { Font } from './font.ts';

/** Stands for each letter that the font lacks. */
export const box = '□';
/** No line of a picture has room for more letters than this. */
const mostLetters = 400;

/**
 * A text as one line that can be drawn: without control characters and marks that turn the reading direction, its letters composed; a
 * letter that the font lacks is a box and so does not vanish.
 */
export function drawable(text: string, font: Font): string {
  const line = text
    .slice(0, 8 * mostLetters)
    .toWellFormed()
    .normalize('NFC')
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .replaceAll(/[\p{Cf}\p{Variation_Selector}]/gu, '')
    .trim();
  const letters = [...line].slice(0, mostLetters);
  return letters.map((letter) => (font.has(letter) ? letter : box)).join('');
}

/** The longest beginning of a drawable text that is at most so wide; what was cut ends in "…". Empty when not even that fits. */
export function cutToWidth(text: string, width: number, size: number, font: Font): string {
  if (font.widthOf(text, size) <= width) return text;
  const letters = [...text];
  let left = width - font.widthOf('…', size);
  if (left < 0) return '';
  const end = letters.findIndex((letter) => {
    left -= font.widthOf(letter, size);
    return left < 0;
  });
  return `${letters.slice(0, end).join('').trimEnd()}…`;
}
