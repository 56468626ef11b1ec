import type { Properties } from "../model/values.ts";

/** How a refusal is told to the engine; the code in its message is the cloud's own. */
export type Refusal =
  | "invalid"
  | "not-found"
  | "exists"
  | "in-use"
  | "throttled"
  | "lost"
  | "cancelled"
  | "unavailable"
  | "unimplemented";

/** The one error that the simulated cloud throws. `code` is the cloud's (`DependencyViolation`). */
export class CloudError extends Error {
  readonly code: string;
  readonly refusal: Refusal;

  constructor(refusal: Refusal, code: string, message: string) {
    super(`${code}: ${message}`);
    this.name = "CloudError";
    this.code = code;
    this.refusal = refusal;
  }
}

/** Created, but not waited for to the end: the engine must learn of it, or it would be orphaned. */
export class UnfinishedError extends CloudError {
  readonly id: string;
  readonly outputs: Properties;
  readonly secrets: readonly string[];

  constructor(resource: { readonly id: string; readonly outputs: Properties; readonly secrets: readonly string[] }) {
    super("cancelled", "RequestCanceled", "the engine cancelled while waiting for the resource to become ready");
    this.name = "UnfinishedError";
    this.id = resource.id;
    this.outputs = resource.outputs;
    this.secrets = resource.secrets;
  }
}
