import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { Database } from "../db/database.ts";
import type { StateCopies } from "../state/index.ts";
import { createEscrowBox } from "./escrowBox.ts";
import { type EscrowLoop, startEscrowLoop } from "./escrowLoop.ts";
import { createEscrowMirror } from "./escrowMirror.ts";
import { openEscrowFolder } from "./openEscrowFolder.ts";

export interface EscrowDeps {
  readonly db: Database;
  readonly copies: StateCopies;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Keeps a copy of every stack in a place that outlives the service, sealed for the holder of the escrow's private key. */
export function keepEscrow(
  { url, publicKey }: { readonly url: string; readonly publicKey: string },
  { db, copies, clock, logger }: EscrowDeps,
): EscrowLoop {
  const folder = openEscrowFolder(url);
  const mirror = createEscrowMirror({ db, copies, folder, box: createEscrowBox(publicKey), clock });
  return startEscrowLoop({ db, mirror, folder, logger });
}
