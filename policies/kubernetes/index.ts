import type { Rule } from "../rule.ts";
import { boundAutoscalers } from "./boundAutoscalers.ts";
import { boundCronJobs } from "./boundCronJobs.ts";
import { boundFleetBuffers } from "./boundFleetBuffers.ts";
import { expireJobs } from "./expireJobs.ts";
import { keepVolumes } from "./keepVolumes.ts";
import { mountNoTokens } from "./mountNoTokens.ts";
import { nameNodePorts } from "./nameNodePorts.ts";
import { nameServiceAccounts } from "./nameServiceAccounts.ts";
import { noBindingsToEveryone } from "./noBindingsToEveryone.ts";
import { noClusterAdministrators } from "./noClusterAdministrators.ts";
import { noClusterWideSecrets } from "./noClusterWideSecrets.ts";
import { noEscalatingVerbs } from "./noEscalatingVerbs.ts";
import { noExternalAddresses } from "./noExternalAddresses.ts";
import { noFixedGamePorts } from "./noFixedGamePorts.ts";
import { noLatestImages } from "./noLatestImages.ts";
import { noOpenLoadBalancers } from "./noOpenLoadBalancers.ts";
import { noRemovedVersions } from "./noRemovedVersions.ts";
import { noSecretsInEnvironment } from "./noSecretsInEnvironment.ts";
import { noSystemPriority } from "./noSystemPriority.ts";
import { noWildcardRoles } from "./noWildcardRoles.ts";
import { packFleets } from "./packFleets.ts";
import { pinImages } from "./pinImages.ts";
import { readOnlyRoot } from "./readOnlyRoot.ts";
import { requireDefaultDeny } from "./requireDefaultDeny.ts";
import { requireDisruptionBudgets } from "./requireDisruptionBudgets.ts";
import { requireFleetHealth } from "./requireFleetHealth.ts";
import { requireIngressTls } from "./requireIngressTls.ts";
import { requirePodSecurityLabels } from "./requirePodSecurityLabels.ts";
import { requireProbes } from "./requireProbes.ts";
import { requireQuotas } from "./requireQuotas.ts";
import { requireResources } from "./requireResources.ts";
import { requireTwoReplicas } from "./requireTwoReplicas.ts";
import { restrictPods } from "./restrictPods.ts";
import { spreadPods } from "./spreadPods.ts";
import { trustRegistries } from "./trustRegistries.ts";

export const kubernetesRules: readonly Rule[] = [
  boundAutoscalers,
  boundCronJobs,
  boundFleetBuffers,
  expireJobs,
  keepVolumes,
  mountNoTokens,
  nameNodePorts,
  nameServiceAccounts,
  noBindingsToEveryone,
  noClusterAdministrators,
  noClusterWideSecrets,
  noEscalatingVerbs,
  noExternalAddresses,
  noFixedGamePorts,
  noLatestImages,
  noOpenLoadBalancers,
  noRemovedVersions,
  noSecretsInEnvironment,
  noSystemPriority,
  noWildcardRoles,
  packFleets,
  pinImages,
  readOnlyRoot,
  requireDefaultDeny,
  requireDisruptionBudgets,
  requireFleetHealth,
  requireIngressTls,
  requirePodSecurityLabels,
  requireProbes,
  requireQuotas,
  requireResources,
  requireTwoReplicas,
  restrictPods,
  spreadPods,
  trustRegistries,
];
