/** What a database file holds. */
export type DatabaseContent = {
  /** The steps of its schema that were taken, in their order. */
  readonly schema: readonly string[];
  /** Rows by table. */
  readonly tables: Readonly<Record<string, number>>;
};
