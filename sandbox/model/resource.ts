import type { Properties } from "./values.ts";

/** Where a call acts. `region` is `global` for what belongs to an account as a whole. */
export interface Place {
  readonly account: string;
  readonly region: string;
  /** The name of the EKS cluster, for Kubernetes objects. */
  readonly cluster?: string;
}

export const GLOBAL = "global";

/** A resource that exists in the simulated cloud. Never changed in place: a change puts a new value into the store. */
export interface Resource {
  /** Unique over the whole sandbox and for ever; the name of the resource at the control port. */
  readonly uid: string;
  readonly type: string;
  readonly id: string;
  readonly place: Place;
  /** The URN it was made for. */
  readonly urn: string;
  /** `<project>/<stack>` of that URN. */
  readonly stack: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
  /** `JSON.stringify`-ed paths of secret values, in inputs and outputs alike. */
  readonly secrets: readonly string[];
  readonly modelled: boolean;
  /** The uid of the resource it came with. */
  readonly companionOf?: string;
  /** RFC 3339, UTC. Creation is asynchronous: until `readyAt` it exists but is not usable. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly readyAt: string;
  /** Deleted, and out of sight; until this moment its unique values stay taken (see `ResourceModel.recovery`). */
  readonly goneAt?: string;
}
