/** How much of one thing an account may have in a region, as Service Quotas counts it. */
export interface QuotaModel {
  /** Service Quotas' code, such as `L-F678F1CE`. */
  readonly code: string;
  readonly service: string;
  readonly name: string;
  readonly unit: string;
  /** What an account of the sandbox has unless it is set otherwise. */
  readonly value: number;
  /** What a new account of the real cloud has. */
  readonly initial: number;
  /** The type of which each counts one, and the code with which one too many is refused; a quota without is only told. */
  readonly counts?: { readonly type: string; readonly code: string };
}
