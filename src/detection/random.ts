/** Seeded chance: the same seed gives the same numbers on every machine. */
export type Random = {
  /** Uniform in 0..1, 1 excluded. */
  next(): number;
  /** A whole number in 0..n-1. */
  below(n: number): number;
};

/** Splits one seed into well-mixed 32-bit words (splitmix32, after Steele, Lea and Flood 2014). */
function splitmix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
}

/** The generator sfc32 (Doty-Humphrey, PractRand). Not for secrets. `seed` is read as 32 bits. */
export function createRandom(seed: number): Random {
  const word = splitmix32(seed);
  let [a, b, c, counter] = [word(), word(), word(), 1];
  const draw = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 0x1_0000_0000;
  };
  for (let round = 0; round < 12; round += 1) draw();
  return { next: draw, below: (n) => Math.floor(draw() * n) };
}

/** `size` different whole numbers out of 0..n-1, all subsets equally likely (Floyd's method); all of them when n is smaller. */
export function sampleWithout(n: number, size: number, random: Random): Uint32Array {
  const chosen = new Set<number>();
  for (let top = Math.max(0, n - size); top < n; top += 1) {
    const candidate = random.below(top + 1);
    chosen.add(chosen.has(candidate) ? top : candidate);
  }
  return Uint32Array.from(chosen);
}

/** A standard normal number (Box and Muller 1958). */
export function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
