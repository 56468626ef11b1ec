import type { Resource } from "../deployments/deployment.ts";
import type { StepMetadata } from "../updates/engineEvent.ts";
import { stackType } from "./decisionLedger.ts";

/** What a preview takes away. */
export interface Loss {
  /** All that is deleted, be it for a successor. */
  readonly urns: ReadonlySet<string>;
  /** `all`: nothing that was made in a cloud is left of the stack, or its root goes. */
  readonly extent: "nothing" | "part" | "all";
}

/**
 * Whether a resource was made in a cloud and stands. Root, components and providers only hold others together, what was only
 * read is somebody else's, and what waits for its deletion has a successor.
 */
export const isMade = ({ custom, type, external, delete: doomed }: Resource): boolean =>
  custom === true && !type.startsWith("pulumi:providers:") && external !== true && doomed !== true;

const deletion = "delete";
const replacing = "delete-replaced";
const makings: readonly string[] = ["create", "create-replacement", "import", "import-replacement"];

/** @param standing the stack's resources before the steps */
export function lossOf(standing: Iterable<Resource>, steps: readonly StepMetadata[]): Loss {
  const urns = new Set(steps.filter(({ op }) => op === deletion || op === replacing).map(({ urn }) => urn));
  const forGood = new Set(steps.filter(({ op }) => op === deletion).map(({ urn }) => urn));
  const before = [...standing].filter(isMade);
  const left = before.filter(({ urn }) => !forGood.has(urn));
  if (steps.some(({ op, type }) => op === deletion && type === stackType)) return { urns, extent: "all" };
  if (left.length === before.length) return { urns, extent: "nothing" };
  return { urns, extent: left.length > 0 || steps.some(makes) ? "part" : "all" };
}

/** A state in an event has the members of one in a state; hence the cast. */
const makes = ({ op, new: made }: StepMetadata): boolean => makings.includes(op) && !!made && isMade(made as Resource);
