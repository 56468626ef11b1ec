import { z } from "zod";

/**
 * Pulumi's state as it travels: the shapes of sdk/go/common/apitype (core.go, journal.go) at version 3.259.0, with the
 * members that the service reads. All other members pass through untouched.
 */
export interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly custom?: boolean;
  readonly delete?: boolean;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly parent?: string;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  readonly taint?: boolean;
  readonly external?: boolean;
  readonly dependencies?: readonly string[];
  readonly provider?: string;
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
  readonly pendingReplacement?: boolean;
  readonly aliases?: readonly string[];
  readonly deletedWith?: string;
  readonly replaceWith?: readonly string[];
  readonly refreshBeforeUpdate?: boolean;
  readonly viewOf?: string;
  readonly resourceHooks?: Readonly<Record<string, unknown>>;
  readonly extensionRef?: string;
  readonly snippetID?: string;
  readonly [member: string]: unknown;
}

const operationTypes = ["creating", "updating", "deleting", "reading", "importing"] as const;
export type OperationType = (typeof operationTypes)[number];

/** A step of which it is known that it began, and not how it ended. */
export interface PendingOperation {
  readonly resource: Resource;
  readonly type: OperationType;
}

interface SecretsProvider {
  readonly type: string;
  readonly state?: unknown;
}

export interface Snippet {
  readonly references?: Readonly<Record<string, string>>;
  readonly [member: string]: unknown;
}

interface Manifest {
  readonly time: string;
  readonly magic: string;
  readonly version: string;
  readonly [member: string]: unknown;
}

export interface Deployment {
  readonly manifest: Manifest;
  readonly secrets_providers?: SecretsProvider;
  readonly resources?: readonly Resource[];
  readonly pending_operations?: readonly PendingOperation[];
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly snippets?: readonly Snippet[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** A deployment with the version of its schema and, from version 4, the features that a reader must know. */
export interface StoredDeployment {
  readonly version: number;
  readonly features?: readonly string[];
  readonly deployment: Deployment;
}

/** The state of a stack that was never updated. */
export const emptyDeployment: Deployment = {
  manifest: { time: "0001-01-01T00:00:00Z", magic: "", version: "" },
  resources: [],
};

/** The kinds of entry, numbered as in sdk/go/common/apitype/journal.go. */
export const kinds = {
  begin: 0,
  success: 1,
  failure: 2,
  refreshSuccess: 3,
  outputs: 4,
  write: 5,
  secretsManager: 6,
  rebuiltBaseState: 7,
  extensionParameterize: 8,
  snippets: 9,
} as const;

const strings = z.array(z.string());
const properties = z.record(z.string(), z.unknown());

const resourceSchema = z.looseObject({
  urn: z.string().min(1),
  type: z.string().min(1),
  inputs: properties.nullish(),
  outputs: properties.nullish(),
  parent: z.string().nullish(),
  dependencies: strings.nullish(),
  propertyDependencies: z.record(z.string(), strings.nullable()).nullish(),
  aliases: strings.nullish(),
  provider: z.string().nullish(),
  replaceWith: strings.nullish(),
  deletedWith: z.string().nullish(),
  viewOf: z.string().nullish(),
});

const operationSchema = z.looseObject({ resource: resourceSchema, type: z.enum(operationTypes) });

/**
 * Checks a value and hands it on as it came. What a schema gives back of its own lacks members named `__proto__`, which a
 * resource may have among its properties as well as any other.
 */
function asItCame(schema: z.ZodType): z.ZodType {
  return z.unknown().superRefine((value, context) => {
    for (const issue of schema.safeParse(value).error?.issues ?? [])
      context.addIssue({ code: "custom", path: [...issue.path], message: issue.message });
  });
}

const deploymentShape = z.looseObject({
  manifest: z.looseObject({ time: z.string(), magic: z.string(), version: z.string() }),
  secrets_providers: z.looseObject({ type: z.string() }).nullish(),
  resources: z.array(resourceSchema).nullish(),
  pending_operations: z.array(operationSchema).nullish(),
  metadata: properties.nullish(),
  snippets: z.array(z.looseObject({ references: z.record(z.string(), z.string()).nullish() })).nullish(),
  extensions: properties.nullish(),
});

/** Null and absent are both taken, as Go writes either. */
export const deploymentSchema = asItCame(deploymentShape.nullish());

const count = z.number().int().nonnegative();
const index = count.nullish();

/** One entry of the engine's journal, schema version 1. */
const journalEntryShape = z.looseObject({
  version: z.literal(1),
  kind: z.number().int().min(0).max(9),
  sequenceID: z.number().int().positive(),
  operationID: count,
  removeOld: index,
  removeNew: index,
  pendingReplacementOld: index,
  pendingReplacementNew: index,
  deleteOld: index,
  deleteNew: index,
  state: resourceSchema.nullish(),
  operation: operationSchema.nullish(),
  isRefresh: z.boolean().nullish(),
  secretsProvider: z.looseObject({ type: z.string() }).nullish(),
  snippets: z.array(z.looseObject({})).nullish(),
  newSnapshot: deploymentShape.nullish(),
  extensionRef: z.string().nullish(),
  extension: z.unknown().optional(),
  requiresByteString: z.boolean().nullish(),
});

/** What an entry of a kind cannot do without. */
const needed: readonly (readonly [kind: number, member: keyof z.output<typeof journalEntryShape>])[] = [
  [kinds.write, "newSnapshot"],
  [kinds.secretsManager, "secretsProvider"],
  [kinds.extensionParameterize, "extensionRef"],
];

export const journalEntrySchema = asItCame(
  journalEntryShape.superRefine((entry, context) => {
    for (const [kind, member] of needed)
      if (entry.kind === kind && !entry[member])
        context.addIssue({ code: "custom", path: [member], message: `is needed in an entry of kind ${kind}` });
  }),
);

type Absent = null | undefined;

export interface JournalEntry {
  readonly version: 1;
  readonly kind: number;
  readonly sequenceID: number;
  readonly operationID: number;
  readonly removeOld?: number | Absent;
  readonly removeNew?: number | Absent;
  readonly pendingReplacementOld?: number | Absent;
  readonly pendingReplacementNew?: number | Absent;
  readonly deleteOld?: number | Absent;
  readonly deleteNew?: number | Absent;
  readonly state?: Resource | Absent;
  readonly operation?: PendingOperation | Absent;
  readonly isRefresh?: boolean | Absent;
  readonly secretsProvider?: SecretsProvider | Absent;
  readonly snippets?: readonly Snippet[] | Absent;
  readonly newSnapshot?: Deployment | Absent;
  readonly extensionRef?: string | Absent;
  readonly extension?: unknown;
  readonly requiresByteString?: boolean | Absent;
}
