/** What a preview said that a stack would cost. */
export interface UpdateEstimateTable {
  updateId: string;
  stackId: string;
  /** Of the state that it started from. */
  stackVersion: number;
  /** The id of the caller who asked for the update. */
  actor: string | null;
  estimate: unknown;
  at: Date;
}
