/** At the threshold one alert in four is an incident. */
const oddsAgainst = 3;

/**
 * The share of alerts of a score that are incidents; `score` is in units of the threshold. The odds grow with its square.
 * Measured on labelled servers, where `npm run evaluate` prints what became of each confidence that was stated; servers differ.
 */
export function confidenceAt(score: number): number {
  const square = score ** 2;
  return square / (square + oddsAgainst);
}
