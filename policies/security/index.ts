import type { Rule } from "../rule.ts";
import { noOpenManagementPort } from "./noOpenManagementPort.ts";
import { noWildcardAdministrator } from "./noWildcardAdministrator.ts";
import { requireEncryptedClusterSecrets } from "./requireEncryptedClusterSecrets.ts";
import { requireEncryptedDatabases } from "./requireEncryptedDatabases.ts";
import { requireEncryptedVolumes } from "./requireEncryptedVolumes.ts";
import { requireSessionMetadata } from "./requireSessionMetadata.ts";

export const securityRules: readonly Rule[] = [
  noOpenManagementPort,
  noWildcardAdministrator,
  requireEncryptedClusterSecrets,
  requireEncryptedDatabases,
  requireEncryptedVolumes,
  requireSessionMetadata,
];
