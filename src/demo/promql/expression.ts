/** A PromQL expression, taken apart. Durations in ms. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | Selector
  | { readonly kind: 'range'; readonly selector: Selector; readonly rangeMs: number }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | {
      readonly kind: 'aggregate';
      readonly operator: string;
      readonly grouping: Grouping;
      readonly args: readonly Expression[];
    }
  | { readonly kind: 'negate'; readonly of: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
      readonly isBool: boolean;
      readonly matching: Matching;
    };

export type Selector = { readonly kind: 'selector'; readonly matchers: readonly Matcher[]; readonly offsetMs: number };

export type Matcher = { readonly label: string; readonly matches: (value: string) => boolean };

export type Grouping = { readonly kind: 'by' | 'without'; readonly labels: readonly string[] };

export type Matching = {
  readonly kind: 'on' | 'ignoring';
  readonly labels: readonly string[];
  /** Which side may have several series for one of the other: none is one to one. */
  readonly many: 'none' | 'left' | 'right';
  readonly include: readonly string[];
};

/** A query that Prometheus would refuse, with the kind of error that it would give. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
  readonly type: 'bad_data' | 'execution';

  constructor(type: 'bad_data' | 'execution', message: string) {
    super(message);
    this.type = type;
  }
}
