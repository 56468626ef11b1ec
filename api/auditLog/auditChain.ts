import { createHash } from "node:crypto";
import canonicalize from "canonicalize";

/** A record as the chain sees it; every column that a reader sees. */
export interface ChainedContent {
  readonly position: number;
  readonly id: number;
  /** UTC with microseconds, as PostgreSQL keeps it. */
  readonly at: string;
  readonly team: string | null;
  readonly actor: string;
  readonly actorName: string;
  readonly action: string;
  readonly subject: string;
  readonly outcome: string;
  readonly requestId: string | null;
  readonly details: unknown;
}

export interface ChainedRecord extends ChainedContent {
  readonly hash: Buffer;
}

/** The end of the chain as it was known at some moment: it holds everything before it. */
export interface ChainHead {
  readonly position: number;
  /** In hexadecimal. */
  readonly hash: string;
}

/** What the first record follows. */
export const beginning: Buffer = Buffer.alloc(32);

/** SHA-256 over the hash before and the record's content as canonical JSON (RFC 8785). */
export function hashOf(before: Buffer, content: ChainedContent): Buffer {
  const { position, id, at, team, actor, actorName, action, subject, outcome, requestId, details } = content;
  const text = canonicalize({
    ...{ position, id, at, team, actor, actorName, action, subject, outcome, requestId, details },
  });
  return createHash("sha256")
    .update(before)
    .update(text ?? "", "utf8")
    .digest();
}

/** A place where the log is not what it was. */
export interface ChainFault {
  /** The first record that is concerned. */
  readonly position: number;
  readonly fault: "changed" | "removed" | "rewritten" | "cut-off";
  readonly detail: string;
}

/**
 * Follows the chain record by record, and compares it with heads that were kept elsewhere. `take` gets the records in order
 * of position; `end` gives what is wrong in all of it. After a fault it goes on from what is stored, so that each is told.
 */
export function followChain(heads: readonly ChainHead[]) {
  const faults: ChainFault[] = [];
  const kept = new Map(heads.map((head) => [head.position, head.hash]));
  let last: { readonly position: number; readonly hash: Buffer } = { position: 0, hash: beginning };

  function compare({ position, hash }: ChainedRecord): void {
    const outside = kept.get(position);
    if (outside === undefined || outside === hash.toString("hex")) return;
    const detail = `The head that was kept elsewhere for ${position} is another: the log up to here was written anew.`;
    faults.push({ position, fault: "rewritten", detail });
  }

  return {
    take(record: ChainedRecord): void {
      const { position } = record;
      const expected = last.position + 1;
      if (position !== expected) {
        const gone = position - 1 === expected ? `record ${expected}` : `records ${expected} to ${position - 1}`;
        faults.push({ position: expected, fault: "removed", detail: `The ${gone} of the chain is gone.` });
      } else if (!hashOf(last.hash, record).equals(record.hash)) {
        const detail = `Record ${position} does not have the content that it was chained with, or the one before it was exchanged.`;
        faults.push({ position, fault: "changed", detail });
      }
      compare(record);
      last = record;
    },
    end(): { readonly faults: readonly ChainFault[]; readonly head: ChainHead } {
      const beyond = heads.filter(({ position }) => position > last.position).map(({ position }) => position);
      if (beyond.length > 0) {
        const detail = `A head that was kept elsewhere is of record ${Math.max(...beyond)}, and the log ends with ${last.position}.`;
        faults.push({ position: last.position + 1, fault: "cut-off", detail });
      }
      return { faults, head: { position: last.position, hash: last.hash.toString("hex") } };
    },
  };
}
