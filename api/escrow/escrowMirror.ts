import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Clock } from "../base/clock.ts";
import type { Database, Tx } from "../db/database.ts";
import type { StateCopies, StateCopy } from "../state/index.ts";
import type { EscrowBox } from "./escrowBox.ts";
import type { EscrowFolder } from "./escrowFolder.ts";
import { type DueStack, dueStacks, forgetCopy, recordCopy, removedStacks, tryEscrowLock } from "./escrowStore.ts";

interface MirrorDeps {
  readonly db: Database;
  readonly copies: StateCopies;
  readonly folder: EscrowFolder;
  readonly box: EscrowBox;
  readonly clock: Clock;
}

export interface EscrowMirror {
  /** Names the escrow and the key that it is sealed for; another folder or key is begun from the start. */
  place(): Promise<string>;
  /** Copies what is due, a bounded part of it. @returns how much was copied; 0 also while another process is at it */
  copyDue(place: string): Promise<number>;
}

const MARKER = "escrow.json";
const markerSchema = z.object({ format: z.literal(1), id: z.uuid(), keyId: z.string() });
const MOST_AT_ONCE = 20;
/** Copies that are kept of a stack: for a person who wants an older one, and for whom the newest is torn by the disk. */
const KEPT = 10;

/**
 * Copies the state of stacks to a place that outlives the service. Each version at least once, in their order: the copy is
 * durable before it is noted, so a crash between the two makes it twice. Only ended updates are copied, after they have
 * ended and by reading what is stored, so no update waits for it.
 */
export function createEscrowMirror({ db, copies, folder, box, clock }: MirrorDeps): EscrowMirror {
  /** Of a stack that has no copy here yet, only the newest version. */
  async function copyStack(tx: Tx, place: string, { id, name, copied, renamed }: DueStack): Promise<number> {
    const ended = await copies.endedVersions(id, copied ?? 0);
    const wanted = copied === undefined ? ended.slice(-1) : renamed && ended.length === 0 ? [copied] : ended;
    for (const version of wanted) {
      const copy = await copies.read(id, version);
      if (copy === undefined) return 0; // removed meanwhile
      await putCopy(copy);
      await recordCopy(tx, { stackId: id, place, name, version });
    }
    return wanted.length;
  }

  // Named by a number of the folder's own: after a restore from a backup the versions of a stack may come a second time, and
  // the newest copy must be told from the one with the highest version.
  async function putCopy(copy: StateCopy): Promise<void> {
    const { stack, version } = copy;
    const prefix = `stacks/${stack.id}/`;
    const present = (await folder.list(prefix)).filter((name) => name.endsWith(".sealed"));
    const number = Number.parseInt(present.at(-1) ?? "0", 10) + 1;
    const header = { stack, version, keyId: box.keyId, at: clock.now().toISOString() };
    await folder.put(`${prefix}${String(number).padStart(10, "0")}.sealed`, box.seal(header, JSON.stringify(copy)));
    for (const old of present.slice(0, Math.max(0, present.length + 1 - KEPT))) await folder.remove(`${prefix}${old}`);
    await folder.remove(`${prefix}removed.json`);
  }

  async function tellRemoved(tx: Tx, stackId: string): Promise<number> {
    const at = clock.now().toISOString();
    await folder.put(`stacks/${stackId}/removed.json`, Buffer.from(JSON.stringify({ at })));
    await forgetCopy(tx, stackId);
    return 1;
  }

  /** A stack that cannot be copied keeps no other one waiting. */
  async function copyAll(tx: Tx, to: string): Promise<{ done: number; failures: unknown[] }> {
    const failures: unknown[] = [];
    if (!(await tryEscrowLock(tx))) return { done: 0, failures };
    const where = { place: to, limit: MOST_AT_ONCE };
    let done = 0;
    const attempt = async (work: () => Promise<number>): Promise<void> => {
      try {
        done += await work();
      } catch (error) {
        failures.push(error);
      }
    };
    for (const stack of await dueStacks(tx, where)) await attempt(() => copyStack(tx, to, stack));
    for (const id of await removedStacks(tx, where)) await attempt(() => tellRemoved(tx, id));
    return { done, failures };
  }

  async function place(): Promise<string> {
    const found = await folder.get(MARKER);
    const marker = found === undefined ? undefined : markerSchema.safeParse(jsonOf(found)).data;
    if (marker?.keyId === box.keyId) return `${marker.id}/${marker.keyId}`;
    const made = { format: 1, id: marker?.id ?? randomUUID(), keyId: box.keyId } as const;
    await folder.put(MARKER, Buffer.from(`${JSON.stringify(made)}\n`));
    return `${made.id}/${made.keyId}`;
  }

  return {
    place,
    async copyDue(to) {
      // What was copied stays noted, whatever becomes of the rest.
      const { done, failures } = await db.transaction().execute((tx) => copyAll(tx, to));
      if (failures.length > 0) throw failures[0];
      return done;
    },
  };
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}
