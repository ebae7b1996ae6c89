export const faultKinds = ['spike', 'leak', 'shift', 'cascade', 'silence'] as const;
export type FaultKind = (typeof faultKinds)[number];

/** A fault of the simulated cluster. Times are epoch ms; `until` is null while it lasts until healed. */
export type Fault = {
  readonly kind: FaultKind;
  readonly entity: string;
  readonly from: number;
  readonly until: number | null;
};

/** The handle on a simulated cluster. */
export type DemoCluster = {
  readonly url: string;
  readonly entities: readonly string[];
  /** Begins a fault now; without a kind or entity it picks one. Throws `UsageError` for an unknown entity. */
  break(kind: FaultKind | null, entity: string | null): Promise<Fault>;
  /** Ends every fault that lasts; gives those that it ended. */
  heal(): Promise<readonly Fault[]>;
  faults(): Promise<readonly Fault[]>;
  stop(): Promise<void>;
};
