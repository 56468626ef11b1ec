import type { Deployment, PendingOperation, Resource } from "../deployments/deployment.ts";
import type { OpenCiphertext } from "../secrets/openSecrets.ts";
import type { UpdateRecord } from "../updates/updateRecord.ts";
import { editsBetween, intentOf, type StateEdit } from "./stateEdits.ts";

export interface CheckpointEdits {
  readonly edits: readonly StateEdit[];
  /** Results of steps that stood in no checkpoint before them. */
  readonly neverBegun: readonly Resource[];
}

interface Checkpoints {
  readonly before: Deployment;
  readonly after: Deployment;
  readonly kind: UpdateRecord["kind"];
  readonly open: OpenCiphertext;
}

/**
 * What a checkpoint holds beyond the steps that the one before it announced. A resource that was there and is other now, or is gone, may have
 * been read in the cloud by a refresh, which announces nothing; so only what a rule protects is looked at then. A new
 * one must have been announced.
 */
export function checkpointEdits({ before, after, kind, open }: Checkpoints): CheckpointEdits {
  const announced = new Map((before.pending_operations ?? []).map((operation) => [operation.resource.urn, operation]));
  const neverBegun: Resource[] = [];
  const edits = editsBetween(before.resources ?? [], after.resources ?? [], open).filter((edit) => {
    const resource = edit.kind === "brought" ? edit.after : edit.before;
    const operation = announced.get(resource.urn);
    if (edit.kind === "removed") {
      if (operation === undefined && kind === "destroy" && edit.after === undefined && isManaged(resource))
        neverBegun.push(resource);
      return !isGoneAsAnnounced(edit.before, edit.after, operation);
    }
    if (operation !== undefined) return !isAsAnnounced(edit.after, operation, open);
    if (edit.before === undefined && isManaged(resource)) neverBegun.push(resource);
    return edit.before === undefined;
  });
  return { edits, neverBegun };
}

/** Providers are written by the engine itself where an old state lacks them; what is external was only read. */
const isManaged = ({ type, custom, external }: Resource): boolean =>
  custom === true && external !== true && !type.startsWith("pulumi:providers:");

/** A change may take a protection off, which was judged with it; what a change or a replacement leaves nothing of was announced by nobody. */
function isGoneAsAnnounced(before: Resource, after: Resource | undefined, operation: PendingOperation | undefined) {
  if (operation === undefined || operation.type === "reading") return false;
  if (after !== undefined || before.pendingReplacement === true) return true;
  return operation.type === "deleting" && (operation.resource.id ?? "") === (before.id ?? "");
}

function isAsAnnounced(after: Resource, { resource, type }: PendingOperation, open: OpenCiphertext): boolean {
  if (type === "importing" || type === "deleting") return false;
  if (type === "reading") return after.external === true;
  return intentOf(resource, open) === intentOf(after, open);
}
