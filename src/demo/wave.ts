/** Numbers that are a function of a seed and a moment alone, with integrals that need no summing. Times are seconds. */

const day = 86_400;
const week = 7 * day;

/** A 32-bit mix of whole numbers (murmur3's finaliser), as 0..1. */
export function chance(...parts: readonly number[]): number {
  let hash = 0x9e3779b9;
  for (const part of parts) {
    hash = Math.imul(hash ^ (part | 0), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return (hash >>> 0) / 2 ** 32;
}

/** A text as a whole number, for `chance`. */
export function numberOf(text: string): number {
  let hash = 2_166_136_261;
  for (const letter of text) hash = Math.imul(hash ^ letter.charCodeAt(0), 16_777_619);
  return hash | 0;
}

/** A line through a random height at each multiple of `every`: between -1 and 1, and never steeper than 2 / `every`. */
export function zigzag(seed: number, every: number, at: number): number {
  const step = Math.floor(at / every);
  const low = 2 * chance(seed, step) - 1;
  const high = 2 * chance(seed, step + 1) - 1;
  return low + (high - low) * (at / every - step);
}

/** The rhythm of people, around 1: more by day than by night, less at the weekend. `phase` is when the peak is, s of the day. */
export function rhythm(at: number, daily: number, weekly: number, phase: number): number {
  return (
    1 + daily * Math.cos((2 * Math.PI * (at - phase)) / day) + weekly * Math.cos((2 * Math.PI * (at - 3 * day)) / week)
  );
}

/** The integral of `rhythm` over time, but for a constant. */
export function rhythmIntegral(at: number, daily: number, weekly: number, phase: number): number {
  const byDay = ((daily * day) / (2 * Math.PI)) * Math.sin((2 * Math.PI * (at - phase)) / day);
  const byWeek = ((weekly * week) / (2 * Math.PI)) * Math.sin((2 * Math.PI * (at - 3 * day)) / week);
  return at + byDay + byWeek;
}

/** From 0 to 1 within `rise`, back within `fall` after `until`. */
export function ramp(at: number, from: number, until: number, rise: number, fall: number): number {
  const up = Math.min(1, Math.max(0, (at - from) / rise));
  const down = Math.min(1, Math.max(0, (at - until) / fall));
  return Math.max(0, up - down);
}

/** The integral of `ramp` from its beginning, for an `until` that is not before the end of the rise. */
export function rampIntegral(at: number, from: number, until: number, rise: number, fall: number): number {
  return climbed(at - from, rise) - climbed(at - until, fall);
}

/** The integral of a climb from 0 to 1 that stays there. */
function climbed(into: number, length: number): number {
  if (into <= 0) return 0;
  return into < length ? into ** 2 / (2 * length) : length / 2 + into - length;
}
