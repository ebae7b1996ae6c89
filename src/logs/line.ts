import { z } from 'zod';

export const levels = ['debug', 'info', 'warn', 'error'] as const;
export type Level = (typeof levels)[number];

/** A line that was kept: what it is chosen by, and its text as it was written. */
export type KeptLine = { readonly at: number; readonly level: Level; readonly text: string };

const kept = z.looseObject({
  at: z.iso.datetime().transform((text) => Date.parse(text)),
  level: z.enum(levels),
});

/** Null for text that is no line of a log. */
export function lineOf(text: string): KeptLine | null {
  try {
    const { at, level } = kept.parse(JSON.parse(text));
    return { at, level, text };
  } catch {
    return null;
  }
}

/** Whether a line is at least as serious as `least`. */
export function isAtLeast(level: Level, least: Level): boolean {
  return levels.indexOf(level) >= levels.indexOf(least);
}
