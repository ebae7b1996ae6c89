/** How sure it is that a share is below its upper bound. */
const confidence = 0.95;
/** Halvings until the bound is exact to more digits than anybody reads. */
const halvings = 40;

/**
 * The share that is not exceeded, with 95 % confidence, when `found` of `tried` were found: the upper bound of Clopper and
 * Pearson (1934), which holds for every share and errs on the side of caution. 1 when nothing was tried.
 */
export function atMost(found: number, tried: number): number {
  if (found >= tried) return 1;
  let [low, high] = [found / tried, 1];
  for (let halving = 0; halving < halvings; halving += 1) {
    const middle = (low + high) / 2;
    if (chanceOfSoFew(found, tried, middle) > 1 - confidence) low = middle;
    else high = middle;
  }
  return high;
}

/** The chance that `found` or fewer of `tried` are found when the share is this. */
function chanceOfSoFew(found: number, tried: number, share: number): number {
  let term = tried * Math.log(1 - share);
  let chance = Math.exp(term);
  for (let count = 1; count <= found; count += 1) {
    term += Math.log((tried - count + 1) / count) + Math.log(share / (1 - share));
    chance += Math.exp(term);
  }
  return chance;
}
