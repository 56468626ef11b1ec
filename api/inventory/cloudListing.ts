import type { FoundResource } from "./inventory.ts";

/** A resource as a provider's Read gives it to an engine: in the words of Pulumi's state, with secrets marked and in clear. */
export interface ReadResource extends FoundResource {
  readonly urn: string;
  /** By what the same thing is asked for again. */
  readonly handle: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** As a URN names it, which does not say the team. */
export interface ListedStack {
  readonly project: string;
  readonly name: string;
}

/** What stands in one cloud, whether or not any state knows of it. */
export interface CloudListing {
  /** The packages whose resources are in this cloud; those of others are nothing that it could list. */
  readonly packages: ReadonlySet<string>;
  /** The stacks of which something stands there. */
  stacks(): Promise<readonly ListedStack[]>;
  /** All that stands of a stack; not what the cloud makes along by itself. */
  ofStack(stack: ListedStack): Promise<readonly ReadResource[]>;
  /** One of them as it is now; undefined when it is gone. */
  read(handle: string): Promise<ReadResource | undefined>;
  /** Whether the stack was ever at work there, so that what is not there has gone, instead of being elsewhere. */
  hasSeen(stack: ListedStack): Promise<boolean>;
  /** How a person takes such a thing away. */
  removalOf(handle: string): string;
}
