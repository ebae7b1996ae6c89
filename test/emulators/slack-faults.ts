/** What goes wrong with the next calls, in the order in which it was asked for. */
export type SlackFault =
  | { readonly kind: 'rate limit'; readonly seconds: number }
  | { readonly kind: 'status'; readonly status: number; readonly body: string }
  /** The answer is a no of Slack's, with more of its fields. */
  | { readonly kind: 'error'; readonly error: string; readonly fields: Readonly<Record<string, unknown>> }
  /** The call is carried out and its answer is cut off. */
  | { readonly kind: 'lost answer' }
  /** There is no answer, and nothing is carried out. */
  | { readonly kind: 'hang' };

export type SlackFaults = {
  /** Without a method the fault is for the next call that changes something. */
  add(fault: SlackFault, times: number, method: string | null): void;
  /** From now on nothing goes wrong any more. */
  clear(): void;
  take(method: string): SlackFault | null;
};

const changing = /^(chat\.|response_url$)/;

export function createSlackFaults(): SlackFaults {
  const pending: { readonly fault: SlackFault; readonly method: string | null }[] = [];
  return {
    add(fault, times, method) {
      for (let count = 0; count < times; count += 1) pending.push({ fault, method });
    },
    clear: () => void pending.splice(0),
    take(method) {
      const at = pending.findIndex((one) => (one.method === null ? changing.test(method) : one.method === method));
      return at === -1 ? null : (pending.splice(at, 1)[0]?.fault ?? null);
    },
  };
}
