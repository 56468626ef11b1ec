/** What the benchmark tells the control process; each message is answered with `spent`. */
export type ToControl = { readonly type: "gate"; readonly on: boolean } | { readonly type: "ask" };

export type FromControl =
  | { readonly type: "ready" }
  /** What the gate has cost since the last such message. */
  | { readonly type: "spent"; readonly ms: number; readonly steps: number };
