/** The package comes without types. */
declare module 'ml-isolation-forest' {
  export class IsolationForest {
    constructor(options?: { readonly nEstimators?: number });
    train(rows: readonly (readonly number[])[]): void;
    predict(rows: readonly (readonly number[])[]): number[];
  }
}
