import { limitFleets } from "./cost/limitFleets.ts";
import { recommendTags } from "./cost/recommendTags.ts";
import { requireTags } from "./cost/requireTags.ts";
import { requireTrueEnvironmentTag } from "./cost/requireTrueEnvironmentTag.ts";
import type { Pack } from "./judge.ts";
import { restrictPods } from "./kubernetes/restrictPods.ts";
import manifest from "./package.json" with { type: "json" };
import { protectDataStores } from "./reliability/protectDataStores.ts";
import { requireNatPerZone } from "./reliability/requireNatPerZone.ts";
import { requireTwoZones } from "./reliability/requireTwoZones.ts";
import { noOpenManagementPort } from "./security/noOpenManagementPort.ts";
import { noWildcardAdministrator } from "./security/noWildcardAdministrator.ts";
import { requireEncryptedClusterSecrets } from "./security/requireEncryptedClusterSecrets.ts";
import { requireEncryptedDatabases } from "./security/requireEncryptedDatabases.ts";
import { requireEncryptedVolumes } from "./security/requireEncryptedVolumes.ts";
import { requireSessionMetadata } from "./security/requireSessionMetadata.ts";

/** Every rule there is. A rule that is not in this list judges nothing. */
export const pack: Pack = {
  name: "meridian",
  version: manifest.version,
  rules: [
    noOpenManagementPort,
    noWildcardAdministrator,
    requireEncryptedClusterSecrets,
    requireEncryptedDatabases,
    requireEncryptedVolumes,
    requireSessionMetadata,
    limitFleets,
    recommendTags,
    requireTags,
    requireTrueEnvironmentTag,
    protectDataStores,
    requireNatPerZone,
    requireTwoZones,
    restrictPods,
  ],
};
