import type { Logger } from "../base/logger.ts";
import type { Notifications } from "../db/notifications.ts";
import type { Route } from "../http/route.ts";
import { MASTER_KEYS_CHANNEL } from "../masterKeys/masterKey.ts";
import { masterKeyRoutes } from "../masterKeys/masterKeyRoutes.ts";
import { createMasterKeyService } from "../masterKeys/masterKeyService.ts";
import { startResealLoop } from "../masterKeys/resealLoop.ts";
import type { StateBackend } from "../state/index.ts";
import type { Ground } from "./openGround.ts";

interface MasterKeyDeps {
  readonly state: StateBackend;
  readonly notifications: Notifications;
  readonly logger: Logger;
}

/** Master keys: what is asked about them, and the resealing that goes on by itself. */
export function wireMasterKeys({ keyring, keySource, clock }: Ground, { state, notifications, logger }: MasterKeyDeps) {
  const loop = startResealLoop({ keyring, resealing: state.resealing, logger });
  notifications.subscribe(MASTER_KEYS_CHANNEL, () => {
    keyring.refresh().catch((error: unknown) => logger.error({ err: error }, "the master keys cannot be read"));
    loop.look();
  });
  const masterKeys = createMasterKeyService({ source: keySource, resealing: state.resealing, clock });
  const routes: readonly Route[] = masterKeyRoutes({ masterKeys, onChange: loop.look });
  return { routes, stop: () => loop.stop() };
}
