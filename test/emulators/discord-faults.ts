/** What goes wrong with the next requests, in the order in which it was asked for. */
export type Fault =
  | { readonly kind: 'rate limit'; readonly seconds: number }
  | { readonly kind: 'status'; readonly status: number }
  /** The request is carried out and its answer is cut off. */
  | { readonly kind: 'lost answer' };

export type Faults = {
  add(fault: Fault, times: number): void;
  /** From now on nothing goes wrong any more. */
  clear(): void;
  /** Takes the fault for this request; reading is never lost. */
  take(method: string): Fault | null;
  delayMs: number;
};

export function createFaults(): Faults {
  const pending: Fault[] = [];
  return {
    delayMs: 0,
    add(fault, times) {
      for (let count = 0; count < times; count += 1) pending.push(fault);
    },
    clear: () => void pending.splice(0),
    take(method) {
      const [next] = pending;
      if (next === undefined || (next.kind === 'lost answer' && method === 'GET')) return null;
      pending.shift();
      return next;
    },
  };
}
