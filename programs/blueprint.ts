import type { z } from "zod";

export type Environment = "development" | "staging" | "production";

/** Where one stack goes and who answers for it: everything about it that is not an input of the blueprint. */
export interface Placement {
  readonly stackSet: string;
  readonly target: string;
  readonly region: string;
  readonly environment: Environment;
  /** Twelve digits. When given, the provider refuses to work in any other account. */
  readonly account?: string;
  readonly owner: string;
  readonly costCentre: string;
  readonly cloud: "sandbox" | "aws";
}

export type BlueprintOutputs = Readonly<Record<string, unknown>>;

/** A blueprint's program. It declares resources when called, inside a Pulumi program, and answers the stack's outputs. */
export type Program<Inputs> = (inputs: Inputs, placement: Placement) => Promise<BlueprintOutputs>;

export interface OutputDescription {
  readonly name: string;
  readonly description: string;
  readonly secret: boolean;
}

/** How much of something that is counted by account and region a stack takes at the most. */
export interface QuotaDemand {
  /** Service Quotas' code. */
  readonly quota: string;
  /** In the quota's own unit. */
  readonly amount: number;
  /** JSON pointer to the input it follows from, from the inputs' root. */
  readonly pointer: string;
  /** What that input could be, in words, if there were only so much: "at most 4000 players". */
  readonly fitting: (available: number) => string;
}

export interface InputProblem {
  /** JSON pointer into the inputs (RFC 6901); empty for the inputs as a whole. */
  readonly pointer: string;
  readonly message: string;
}

export interface Blueprint<Schema extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly version: string;
  readonly title: string;
  readonly description: string;
  readonly inputs: Schema;
  /** The smallest inputs that the schema takes; what they refer to is invented. */
  readonly example: z.input<Schema>;
  readonly outputs: readonly OutputDescription[];
  /** What it asks of the quotas of its account and region. Left out: nothing that is worth asking for. */
  readonly demands?: (inputs: z.output<Schema>, place: { readonly production: boolean }) => readonly QuotaDemand[];
  /** What of inputs that fit the schema does not fit one of the regions they are for. Left out: inputs fit every region. */
  readonly problemsIn?: (region: string, inputs: z.output<Schema>) => readonly InputProblem[];
  /**
   * Where it makes things beside the stack's own region, as `reachedRegions` reads it: the gate lets it go nowhere else. Left out: it
   * stays in its region.
   */
  readonly reaches?: readonly string[];
  /** Its own folder, with a slash at the end: the operating notes, the diagram and the runbooks stand there (operatingNotes.ts). */
  readonly folder: URL;
  /** Loads the program and with it the Pulumi SDKs; nothing else of a blueprint does. */
  readonly load: () => Promise<Program<z.output<Schema>>>;
}
