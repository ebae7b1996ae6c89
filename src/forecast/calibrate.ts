import { type Bounds, bandShare, type FittedForecaster } from '../core/forecaster.ts';
import type { RollingTest } from './backtest.ts';
import { clipTo } from './course.ts';
import { growing, interpolated } from './growing.ts';
import { widthsFor } from './widths.ts';

/** A horizon learns from the tests' errors at horizons from half of it to twice of it. */
const reach = 2;
const heldOnOneSide = (1 + bandShare) / 2;

/**
 * A forecaster whose band is stretched until it would have held its share of what came in the rolling tests: split conformal
 * prediction (Vovk, Gammerman and Shafer 2005) with errors measured in widths of the forecaster's own band, separately above and
 * below and by horizon, every test weighing the same. The finite-sample correction for so few tests is left out: a test brings many rows, and
 * with half of it the bands held 83 to 87 %. Nothing it learns from was known to the forecast that it judges. It promises its
 * share on average over series that go on as they went; right after a change of habits it holds less.
 */
export function calibrated(
  forecaster: FittedForecaster,
  tests: readonly RollingTest[],
  bounds: Bounds,
): FittedForecaster {
  const clip = clipTo(bounds);
  return {
    name: forecaster.name,
    forecast(steps) {
      const raw = forecaster.forecast(steps);
      const widths = widthsFor(raw);
      const horizons = growing(steps);
      const stretch = (off: Off): Float64Array =>
        interpolated(
          horizons,
          horizons.map((horizon) => stretchAt(horizon, tests, off)),
          steps,
        );
      const below = stretch(({ actual, forecast }, step) => {
        const off = (forecast.expected[step] ?? 0) - (actual[step] ?? Number.NaN);
        return off / widths.below(forecast, step);
      });
      const above = stretch(({ actual, forecast }, step) => {
        const off = (actual[step] ?? Number.NaN) - (forecast.expected[step] ?? 0);
        return off / widths.above(forecast, step);
      });
      const { expected } = raw;
      return {
        expected,
        lower: expected.map((value, step) => clip(value - (below[step] ?? 1) * widths.below(raw, step))),
        upper: expected.map((value, step) => clip(value + (above[step] ?? 1) * widths.above(raw, step))),
      };
    },
  };
}

/** How far beyond one side of the forecast what came was, in widths; NaN for a gap. */
type Off = (test: RollingTest, step: number) => number;

/** By how much a side of the band has to be stretched so that the tests leave it as often as it is meant to be left. */
function stretchAt(horizon: number, tests: readonly RollingTest[], off: Off): number {
  const [first, last] = [Math.max(1, Math.floor(horizon / reach)), Math.ceil(horizon * reach)];
  const distances: { readonly distance: number; readonly weight: number }[] = [];
  let heard = 0;
  for (const test of tests) {
    const own: number[] = [];
    for (let step = first - 1; step < Math.min(last, test.actual.length); step += 1) {
      const distance = off(test, step);
      if (!Number.isNaN(distance)) own.push(distance);
    }
    if (own.length > 0) heard += 1;
    for (const distance of own) distances.push({ distance, weight: 1 / own.length });
  }
  distances.sort((a, b) => a.distance - b.distance);
  let weight = 0;
  const found = distances.find((one) => {
    weight += one.weight;
    return weight >= heldOnOneSide * heard - 1e-9;
  });
  return Math.max(0, (found ?? distances.at(-1))?.distance ?? 1);
}
