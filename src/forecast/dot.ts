/** The inner product of the weights and as many numbers from `offset` on. */
export function dot(numbers: Float64Array, offset: number, weights: Float64Array): number {
  let sum = 0;
  for (let place = 0; place < weights.length; place += 1) sum += (numbers[offset + place] ?? 0) * (weights[place] ?? 0);
  return sum;
}
