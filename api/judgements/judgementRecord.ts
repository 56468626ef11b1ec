import { createHash } from "node:crypto";
import type { Caller } from "../base/caller.ts";
import type { DocumentKind, Judgement } from "../gate/index.ts";
import type { AuditEntry } from "../http/audit.ts";

/** What was judged, in a few bytes by which it is known again. */
export type JudgedThing =
  | { readonly judged: DocumentKind; readonly sha256: string }
  | { readonly judged: "stack"; readonly version: number };

export interface Judged {
  readonly judgement: Judgement;
  readonly thing: JudgedThing;
  readonly team: string;
  /** Whether the service has a stack of that name which the caller sees. */
  readonly known: boolean;
}

/** The SHA-256, in hexadecimal, of a document as JSON without spaces, its members in the order in which they were sent. */
export function documentThing(judged: DocumentKind, document: unknown): JudgedThing {
  return { judged, sha256: createHash("sha256").update(JSON.stringify(document)).digest("hex") };
}

/** As Pulumi names projects and stacks; a document may hold anything in their place, and of any size. */
const NAME = /^[\w.-]{1,100}$/;

/** What the audit log says of a judgement that changed nothing: who asked about what, and what was said. */
export function judgementRecord(
  { judgement, thing, team, known }: Judged,
  { caller, requestId }: { readonly caller: Caller; readonly requestId: string },
): AuditEntry {
  const { project, stack, environment, digest, passed, summary } = judgement;
  const { refusals, advice, unknown, exempted, resources } = summary;
  const named = NAME.test(project) && NAME.test(stack);
  return {
    ...{ caller, requestId, team, action: "gate.judge", outcome: "done" },
    subject: known ? `/v1/stacks/${encodeURIComponent(`${project}/${stack}`)}` : "/v1/gate",
    details: {
      ...thing,
      ...(named && { project, stack }),
      ...{ environment, bundle: digest, passed, resources, refusals, advice, unknown, exempted },
    },
  };
}
