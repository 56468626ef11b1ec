import { createHash } from "node:crypto";
import { z } from "zod";

/** A deployment as `pulumi stack export` prints it (sdk/go/common/apitype/core.go), with the members that moving looks at. */
const exported = z.looseObject({
  version: z.number().int(),
  deployment: z
    .looseObject({
      manifest: z.looseObject({ time: z.string().optional() }).optional(),
      secrets_providers: z.looseObject({ type: z.string(), state: z.unknown().optional() }).nullish(),
      resources: z.array(z.looseObject({ urn: z.string() })).nullish(),
      pending_operations: z
        .array(z.looseObject({ type: z.string(), resource: z.looseObject({ urn: z.string() }) }))
        .nullish(),
    })
    .nullish(),
});

export type ExportedState = z.output<typeof exported>;

/** @throws ZodError or SyntaxError for what no engine prints */
export const parseExport = (text: string): ExportedState => exported.parse(JSON.parse(text));

/** What there is to know of a state without opening a secret. */
export interface StateFacts {
  readonly resources: number;
  /** The kind of secrets provider, as `passphrase` or `cloud`; undefined for a stack that was never updated. */
  readonly provider: string | undefined;
  readonly secrets: number;
  /** `<what> <urn>` of each step of which it is not known how it ended. */
  readonly pending: readonly string[];
  /** The project that its resources belong to, for backends that keep stacks without one. */
  readonly project: string | undefined;
  /** When it was written, as its writer says. */
  readonly writtenAt: string | undefined;
  /** The same as long as the state is the same. Taken of the sealed state, so that it tells nothing about a secret. */
  readonly fingerprint: string;
}

export function factsOf(sealed: ExportedState): StateFacts {
  const { deployment } = sealed;
  const resources = deployment?.resources ?? [];
  return {
    resources: resources.length,
    provider: deployment?.secrets_providers?.type,
    secrets: countSecrets(deployment),
    pending: (deployment?.pending_operations ?? []).map(({ type, resource }) => `${type} ${resource.urn}`),
    project: resources[0]?.urn.split("::")[1],
    writtenAt: deployment?.manifest?.time,
    fingerprint: createHash("sha256").update(JSON.stringify(sealed)).digest("hex").slice(0, 32),
  };
}

/** Signatures of Pulumi's deployment format (sdk/go/common/resource/sig). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

function countSecrets(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  if (SIGNATURE in value && value[SIGNATURE] === SECRET) return 1;
  return Object.values(value).reduce<number>((sum, item) => sum + countSecrets(item), 0);
}

/** Where a stack is in the service, as `<team>/<project>/<stack>`. */
export interface StackPlace {
  readonly team: string;
  readonly project: string;
  readonly stack: string;
}

/**
 * The state with the service's own secrets manager in place of the one that its secrets were opened with: whoever imports it
 * seals them for the stack that it is imported into.
 */
export function forService(open: ExportedState, service: string, { team, project, stack }: StackPlace): ExportedState {
  if (open.deployment === undefined || open.deployment === null) return open;
  const state = { url: service, owner: team, project, stack };
  return { ...open, deployment: { ...open.deployment, secrets_providers: { type: "service", state } } };
}
