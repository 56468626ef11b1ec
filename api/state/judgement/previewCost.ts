import type { Assumptions, Micros, StackCost } from "../../../pricing/index.ts";
import type { Database } from "../../db/database.ts";
import type { Resource } from "../deployments/deployment.ts";
import type { StateArchive } from "../deployments/stateArchive.ts";
import type { Sealing } from "../secrets/sealing.ts";
import type { EngineEvent, StepMetadata } from "../updates/engineEvent.ts";
import type { HeldUpdate } from "../updates/heldUpdates.ts";
import { asResource } from "./previewJudge.ts";
import { priceState, regionOfUpdate } from "./stateCost.ts";
import { opener } from "./stepJudge.ts";

/** What a stack costs a month as it stands, and as it would when the previewed update were done. */
export interface PreviewCost {
  readonly before: StackCost;
  readonly after: StackCost;
  /**
   * What may stand at once: what stands, with what waits for its deletion, and what the update makes or makes larger. An engine makes
   * before it deletes, and a preview's word that something goes is no more than a word until it is gone.
   */
  readonly most: Micros;
}

/** Prices a preview that has completed, from the steps among its events and the state that it started from. */
export type CostOfPreview = (held: HeldUpdate, events: readonly EngineEvent[]) => Promise<PreviewCost>;

export function createPreviewCost(deps: {
  readonly db: Database;
  readonly archive: StateArchive;
  readonly sealing: Sealing;
  readonly assumptions?: Partial<Assumptions> | undefined;
}): CostOfPreview {
  const { db, archive, sealing, assumptions } = deps;
  return async (held, events) => {
    const { deployment } = await archive.checkpoint(db, held.stack.id, held.stack.version);
    const present = deployment.resources ?? [];
    const ground = { region: regionOfUpdate(held), open: opener(sealing, held.stack.id), assumptions };
    const [before, after] = [priceState(present, ground), priceState(intendedState(present, events), ground)];
    const everything = present.map((resource) => ({ ...resource, delete: false }));
    const standing = present.some((resource) => resource.delete) ? priceState(everything, ground) : before;
    return { before, after, most: standing.monthly + increase(before, after) };
  };
}

/** Of each resource how much more it costs after than before, in sum. */
function increase(before: StackCost, after: StackCost): Micros {
  const was = new Map(before.resources.map(({ urn, monthly }) => [urn, monthly]));
  return after.resources.reduce((sum, { urn, monthly }) => sum + Math.max(0, monthly - (was.get(urn) ?? 0)), 0);
}

/** The deletion of what is replaced says nothing: its successor has the same URN. */
const leaving: ReadonlySet<string> = new Set(["delete", "discard", "read-discard", "remove-pending-replace"]);
const silent: ReadonlySet<string> = new Set(["replace", "delete-replaced", "discard-replaced"]);

/** The resources that there would be: those of the state, with the steps of a preview. */
export function intendedState(present: readonly Resource[], events: readonly EngineEvent[]): readonly Resource[] {
  const byUrn = new Map(present.filter((resource) => !resource.delete).map((resource) => [resource.urn, resource]));
  for (const { resourcePreEvent } of events) {
    const metadata: StepMetadata | undefined = resourcePreEvent?.metadata;
    if (metadata === undefined || silent.has(metadata.op)) continue;
    const resource = leaving.has(metadata.op) ? undefined : asResource(metadata.new);
    if (leaving.has(metadata.op)) byUrn.delete(metadata.urn);
    else if (resource !== undefined) byUrn.set(metadata.urn, { ...byUrn.get(metadata.urn), ...resource });
  }
  return [...byUrn.values()];
}
