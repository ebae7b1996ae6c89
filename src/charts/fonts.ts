import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Font, readFont } from './font.ts';

export type Fonts = { readonly regular: Font; readonly bold: Font };

const { resolve } = createRequire(import.meta.url);

/** Inter (SIL Open Font License 1.1), which has Latin, Greek and Cyrillic letters. */
export const fontFiles = {
  regular: resolve('@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf'),
  bold: resolve('@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf'),
} as const;

export function readFonts(): Fonts {
  return { regular: readFont(readFileSync(fontFiles.regular)), bold: readFont(readFileSync(fontFiles.bold)) };
}
