import type { Rule } from "../rule.ts";
import { closeDefaultSecurityGroup } from "./closeDefaultSecurityGroup.ts";
import { closePublicAccess } from "./closePublicAccess.ts";
import { guardDistribution } from "./guardDistribution.ts";
import { hardenRepositories } from "./hardenRepositories.ts";
import { hardenSearchDomain } from "./hardenSearchDomain.ts";
import { hardenTasks } from "./hardenTasks.ts";
import { limitMetadataHops } from "./limitMetadataHops.ts";
import { limitRotationPeriod } from "./limitRotationPeriod.ts";
import { narrowAccessPoint } from "./narrowAccessPoint.ts";
import { narrowClusterEndpoint } from "./narrowClusterEndpoint.ts";
import { narrowTrust } from "./narrowTrust.ts";
import { noAutomaticAttachments } from "./noAutomaticAttachments.ts";
import { noAutomaticPublicAddress } from "./noAutomaticPublicAddress.ts";
import { noClearListener } from "./noClearListener.ts";
import { noCloudShell } from "./noCloudShell.ts";
import { noDecryptionOfEverything } from "./noDecryptionOfEverything.ts";
import { noDefaultAdministrator } from "./noDefaultAdministrator.ts";
import { noHighRiskPort } from "./noHighRiskPort.ts";
import { noLongLivedCredentials } from "./noLongLivedCredentials.ts";
import { noOpenManagementPort } from "./noOpenManagementPort.ts";
import { noOpenNetworkAcl } from "./noOpenNetworkAcl.ts";
import { noOpenNodeLogin } from "./noOpenNodeLogin.ts";
import { noPlainCredentials } from "./noPlainCredentials.ts";
import { noPrivilegedTask } from "./noPrivilegedTask.ts";
import { noPublicAccessList } from "./noPublicAccessList.ts";
import { noPublicAddress } from "./noPublicAddress.ts";
import { noPublicCopies } from "./noPublicCopies.ts";
import { noPublicDatabase } from "./noPublicDatabase.ts";
import { noPublicFunction } from "./noPublicFunction.ts";
import { noPublicPolicy } from "./noPublicPolicy.ts";
import { noSecondNames } from "./noSecondNames.ts";
import { noUnboundRolePassing } from "./noUnboundRolePassing.ts";
import { noUserPolicies } from "./noUserPolicies.ts";
import { noWildcardAdministrator } from "./noWildcardAdministrator.ts";
import { noWildcardService } from "./noWildcardService.ts";
import { requireAcceleratorLogs } from "./requireAcceleratorLogs.ts";
import { requireApiGuards } from "./requireApiGuards.ts";
import { requireBalancerLogs } from "./requireBalancerLogs.ts";
import { requireBucketLogs } from "./requireBucketLogs.ts";
import { requireCacheLogin } from "./requireCacheLogin.ts";
import { requireClientVpnLogs } from "./requireClientVpnLogs.ts";
import { requireClosedDefaultGroup } from "./requireClosedDefaultGroup.ts";
import { requireClusterLogs } from "./requireClusterLogs.ts";
import { requireDatabaseIdentity } from "./requireDatabaseIdentity.ts";
import { requireDatabaseLogs } from "./requireDatabaseLogs.ts";
import { requireEncryptedClusterSecrets } from "./requireEncryptedClusterSecrets.ts";
import { requireEncryptedDatabases } from "./requireEncryptedDatabases.ts";
import { requireEncryptedMessages } from "./requireEncryptedMessages.ts";
import { requireEncryptedTraffic } from "./requireEncryptedTraffic.ts";
import { requireEncryptedVolumes } from "./requireEncryptedVolumes.ts";
import { requireFirewallLogs } from "./requireFirewallLogs.ts";
import { requireFirewallRules } from "./requireFirewallRules.ts";
import { requireFlowLogs } from "./requireFlowLogs.ts";
import { requireKeyDeletionWindow } from "./requireKeyDeletionWindow.ts";
import { requireKeyRotation } from "./requireKeyRotation.ts";
import { requireLongKeys } from "./requireLongKeys.ts";
import { requireMinorUpgrades } from "./requireMinorUpgrades.ts";
import { requireModernTls } from "./requireModernTls.ts";
import { requireOriginAccess } from "./requireOriginAccess.ts";
import { requireOwnKey } from "./requireOwnKey.ts";
import { requirePermissionsBoundary } from "./requirePermissionsBoundary.ts";
import { requirePublicAccessBlock } from "./requirePublicAccessBlock.ts";
import { requireRootObject } from "./requireRootObject.ts";
import { requireRouteAuthorization } from "./requireRouteAuthorization.ts";
import { requireSessionMetadata } from "./requireSessionMetadata.ts";
import { requireStateMachineLogs } from "./requireStateMachineLogs.ts";
import { requireStrictParsing } from "./requireStrictParsing.ts";
import { requireStrongPasswords } from "./requireStrongPasswords.ts";
import { requireSupportedRuntime } from "./requireSupportedRuntime.ts";
import { requireTlsDistribution } from "./requireTlsDistribution.ts";
import { requireTlsOnly } from "./requireTlsOnly.ts";
import { requireTlsToDatabases } from "./requireTlsToDatabases.ts";
import { requireWholeTrail } from "./requireWholeTrail.ts";

export const securityRules: readonly Rule[] = [
  closeDefaultSecurityGroup,
  closePublicAccess,
  guardDistribution,
  hardenRepositories,
  hardenSearchDomain,
  hardenTasks,
  limitMetadataHops,
  limitRotationPeriod,
  narrowAccessPoint,
  narrowClusterEndpoint,
  narrowTrust,
  noAutomaticAttachments,
  noAutomaticPublicAddress,
  noClearListener,
  noCloudShell,
  noDecryptionOfEverything,
  noDefaultAdministrator,
  noHighRiskPort,
  noLongLivedCredentials,
  noOpenManagementPort,
  noOpenNetworkAcl,
  noOpenNodeLogin,
  noPlainCredentials,
  noPrivilegedTask,
  noPublicAccessList,
  noPublicAddress,
  noPublicCopies,
  noPublicDatabase,
  noPublicFunction,
  noPublicPolicy,
  noSecondNames,
  noUnboundRolePassing,
  noUserPolicies,
  noWildcardAdministrator,
  noWildcardService,
  requireAcceleratorLogs,
  requireApiGuards,
  requireBalancerLogs,
  requireBucketLogs,
  requireCacheLogin,
  requireClientVpnLogs,
  requireClosedDefaultGroup,
  requireClusterLogs,
  requireDatabaseIdentity,
  requireDatabaseLogs,
  requireEncryptedClusterSecrets,
  requireEncryptedDatabases,
  requireEncryptedMessages,
  requireEncryptedTraffic,
  requireEncryptedVolumes,
  requireFirewallLogs,
  requireFirewallRules,
  requireFlowLogs,
  requireKeyDeletionWindow,
  requireKeyRotation,
  requireLongKeys,
  requireMinorUpgrades,
  requireModernTls,
  requireOriginAccess,
  requireOwnKey,
  requirePermissionsBoundary,
  requirePublicAccessBlock,
  requireRootObject,
  requireRouteAuthorization,
  requireSessionMetadata,
  requireStateMachineLogs,
  requireStrictParsing,
  requireStrongPasswords,
  requireSupportedRuntime,
  requireTlsDistribution,
  requireTlsOnly,
  requireTlsToDatabases,
  requireWholeTrail,
];
