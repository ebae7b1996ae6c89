/** How much each metric, by its place, was blamed for an incident, and the places that are labelled to be at fault. */
export type BlamedIncident = { readonly blame: Float64Array; readonly atFault: ReadonlySet<number> };

export type BlameMeasures = {
  /** HitRate@100 % (Su et al., KDD 2019): of an incident's k labelled metrics, the share among the k most blamed. */
  readonly hitRate: number;
  /** The share of incidents whose most blamed metric is a labelled one. */
  readonly topBlame: number;
};

/** Means over incidents, NaN without one. A metric that got no blame is never a hit; of equally blamed ones the first counts. */
export function blameMeasures(incidents: readonly BlamedIncident[]): BlameMeasures {
  let [hitRates, tops] = [0, 0];
  for (const { blame, atFault } of incidents) {
    const order = [...blame.keys()]
      .filter((place) => (blame[place] ?? 0) > 0)
      .sort((a, b) => (blame[b] ?? 0) - (blame[a] ?? 0));
    hitRates += order.slice(0, atFault.size).filter((place) => atFault.has(place)).length / atFault.size;
    const [most] = order;
    if (most !== undefined && atFault.has(most)) tops += 1;
  }
  return { hitRate: hitRates / incidents.length, topBlame: tops / incidents.length };
}
