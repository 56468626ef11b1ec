import { createHash } from "node:crypto";
import canonicalize from "canonicalize";

/** A record as the chain sees it: its place, and every member that a reader sees. All of it goes into the hash. */
export interface ChainedContent {
  readonly position: number;
  readonly [member: string]: unknown;
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

/** SHA-256 over the hash before and the record's content as canonical JSON (RFC 8785); a hash among it is left out. */
export function hashOf(before: Buffer, { hash: _, ...content }: ChainedContent): Buffer {
  return createHash("sha256")
    .update(before)
    .update(canonicalize(content) ?? "", "utf8")
    .digest();
}

/** A place where the chain is not what it was. */
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
  const kept = Map.groupBy(heads, ({ position }) => position);
  let last: { readonly position: number; readonly hash: Buffer } = { position: 0, hash: beginning };

  function compare({ position, hash }: ChainedRecord): void {
    const found = hash.toString("hex");
    if (kept.get(position)?.every((head) => head.hash === found) ?? true) return;
    const detail = `The head that was kept elsewhere for ${position} is another: everything up to here may have been written anew.`;
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
        const detail = `A head that was kept elsewhere is of record ${Math.max(...beyond)}, and the chain ends with ${last.position}.`;
        faults.push({ position: last.position + 1, fault: "cut-off", detail });
      }
      return { faults, head: { position: last.position, hash: last.hash.toString("hex") } };
    },
  };
}
